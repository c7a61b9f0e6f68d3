from infra.model.vocabulary import chosen, kept_pieces, read_list, spellings, written_list

VOCABULARY = ("\u2581de", "\u2581municipio", "蜘", "a", "\u25812023", "ción", "\u2581шко", "ón", "\u2581casa")


def test_what_was_seen_is_kept_whatever_its_script():
    assert "蜘" in chosen(VOCABULARY, {"蜘"}, size=1)


def test_characters_then_numbers_then_short_pieces_then_frequent_ones_fill_the_list():
    assert chosen(VOCABULARY, (), size=1) == ("a",)
    assert chosen(VOCABULARY, (), size=2) == ("a", "\u25812023")
    assert set(chosen(VOCABULARY, (), size=4)) == {"a", "\u25812023", "\u2581de", "ón"}
    assert "\u2581municipio" in chosen(VOCABULARY, (), size=5)


def test_other_scripts_are_left_out():
    assert not {"蜘", "\u2581шко"} & set(chosen(VOCABULARY, (), size=9))


def test_a_list_is_read_back_and_always_the_same_bytes():
    assert read_list(written_list(VOCABULARY)) == VOCABULARY
    assert written_list(VOCABULARY) == written_list(VOCABULARY)


def test_a_word_is_spelt_as_in_texts_and_titles():
    assert spellings("niña") == ("niña", "Niña", "NIÑA")


def test_the_committed_list_can_spell_any_spanish_word():
    kept = set(kept_pieces())

    assert len(kept) == 60_000
    assert set("abcdefghijklmnñopqrstuvwxyzáéíóúüABCDEFGHIJKLMNÑOPQRSTUVWXYZÁÉÍÓÚ0123456789.,;:%$()«»–") <= kept
