import pytest

from domain.errors import ModelUnavailableError
from infra.model.folder import Manifest, made_at, read_manifest, verified, write_files, write_manifest


def a_manifest(**changes):
    facts = {"name": "m", "source": "s", "licence": "MIT", "dimension": 8, "max_tokens": 16, "pieces": 5}
    return Manifest(**(facts | {"quantisation": "none"} | changes))


def a_folder(path):
    path.mkdir()
    manifest = a_manifest(files=write_files(path, {"model.onnx": b"graph"}))
    write_manifest(path, manifest)
    return path


def test_a_manifest_is_read_back(tmp_path):
    manifest = read_manifest(a_folder(tmp_path / "model"))

    assert manifest.dimension == 8
    assert manifest.prefixes.passage == "passage: "


def test_a_file_is_where_the_manifest_says(tmp_path):
    folder = a_folder(tmp_path / "model")

    assert verified(folder, read_manifest(folder), "model.onnx").read_bytes() == b"graph"


@pytest.mark.parametrize("harm", ["alter", "remove"])
def test_an_altered_or_missing_file_is_told(tmp_path, harm):
    folder = a_folder(tmp_path / "model")
    if harm == "alter":
        (folder / "model.onnx").write_bytes(b"grapf")
    else:
        (folder / "model.onnx").unlink()

    with pytest.raises(ModelUnavailableError, match=r"model\.onnx"):
        verified(folder, read_manifest(folder), "model.onnx")


def test_a_file_that_the_manifest_does_not_name_is_refused(tmp_path):
    folder = a_folder(tmp_path / "model")
    (folder / "other").write_bytes(b"")

    with pytest.raises(ModelUnavailableError, match="other"):
        verified(folder, read_manifest(folder), "other")


def test_an_absent_model_says_how_to_build_it(tmp_path):
    with pytest.raises(ModelUnavailableError, match="decalogo model build"):
        read_manifest(tmp_path / "model")


@pytest.mark.parametrize("content", [b"", b"{}", b'{"name": 3}', b"\xff"])
def test_a_damaged_manifest_is_told(tmp_path, content):
    (tmp_path / "manifest.json").write_bytes(content)

    with pytest.raises(ModelUnavailableError, match="cannot be read"):
        read_manifest(tmp_path)


def test_a_finished_folder_takes_the_place_of_the_old_one(tmp_path):
    target = a_folder(tmp_path / "model")
    with made_at(target) as folder:
        (folder / "new").write_bytes(b"new")

    assert [path.name for path in target.iterdir()] == ["new"]
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_an_interrupted_build_leaves_the_old_folder_and_nothing_else(tmp_path):
    target = a_folder(tmp_path / "model")

    def interrupted():
        with made_at(target) as folder:
            (folder / "new").write_bytes(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()

    assert (target / "model.onnx").read_bytes() == b"graph"
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_what_a_killed_build_left_does_not_hinder_the_next(tmp_path):
    (tmp_path / ".model-abc").mkdir()
    (tmp_path / ".model-abc" / "model.onnx").write_bytes(b"half")
    with made_at(tmp_path / "model") as folder:
        (folder / "new").write_bytes(b"new")

    assert (tmp_path / "model" / "new").exists()
