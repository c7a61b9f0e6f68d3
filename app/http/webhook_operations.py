"""The operations on webhooks and their deliveries."""

from app.http.operation import KEYED, OF_ONE, Answer, Operation
from app.http.wire_in import DeliveriesIn, LettersIn, WebhookChange, WebhookIn
from app.http.wire_webhooks import DeadDeliveries, DeliveryOut, DeliveryPage, WebhookList, WebhookOut, WebhookSecret

_HOOK = "/api/v1/webhooks/{webhook_id}"
_SHOWN = ("Cache-Control",)

WEBHOOK_OPERATIONS: tuple[Operation, ...] = (
    Operation(
        id="webhook_create",
        method="POST",
        paths=("/api/v1/webhooks",),
        summary="A webhook: each end of a batch is told to it, signed with a secret that only this answer shows",
        scope="submit",
        body=WebhookIn,
        answers={
            201: Answer(
                says="It is told from now on.",
                shape=WebhookSecret,
                headers=_SHOWN,
                example="webhook_secret",
            )
        },
        errors=(400, 401, 403, 408, 413, 415, 429, 503),
    ),
    Operation(
        id="webhook_list",
        method="GET",
        paths=("/api/v1/webhooks",),
        summary="The webhooks of the caller",
        scope="read",
        answers={200: Answer(says="All.", shape=WebhookList, headers=_SHOWN, example="webhooks")},
        errors=KEYED,
    ),
    Operation(
        id="webhook_dead_letters",
        method="GET",
        paths=("/api/v1/webhooks/dead-letters",),
        summary="Deliveries that were given up after the last attempt",
        scope="read",
        query=LettersIn,
        answers={
            200: Answer(says="The latest first.", shape=DeadDeliveries, headers=_SHOWN, example="dead_deliveries")
        },
        errors=KEYED,
    ),
    Operation(
        id="webhook",
        method="GET",
        paths=(_HOOK,),
        summary="One webhook; `default` is the one that stands for the URLs that come with uploads",
        scope="read",
        answers={200: Answer(says="This one.", shape=WebhookOut, headers=_SHOWN, example="webhook")},
        errors=OF_ONE,
    ),
    Operation(
        id="webhook_change",
        method="PATCH",
        paths=(_HOOK,),
        summary="Pause, resume or change a webhook; what ends while it is paused is told afterwards",
        scope="submit",
        body=WebhookChange,
        answers={200: Answer(says="So it is now.", shape=WebhookOut)},
        errors=(400, 401, 403, 404, 408, 409, 413, 415, 429, 503),
    ),
    Operation(
        id="webhook_delete",
        method="DELETE",
        paths=(_HOOK,),
        summary="Remove a webhook and its secrets; what waits for it is given up",
        scope="submit",
        answers={204: Answer(says="It is gone.")},
        errors=(400, 401, 403, 404, 409, 429, 503),
    ),
    Operation(
        id="webhook_rotate",
        method="POST",
        paths=(f"{_HOOK}/rotate",),
        summary="A new secret for a webhook; the one before it signs beside it for a day",
        scope="submit",
        answers={200: Answer(says="Both sign.", shape=WebhookSecret, headers=_SHOWN)},
        errors=OF_ONE,
    ),
    Operation(
        id="webhook_deliveries",
        method="GET",
        paths=(f"{_HOOK}/deliveries",),
        summary="The deliveries of a webhook with their attempts, newest first",
        scope="read",
        query=DeliveriesIn,
        answers={200: Answer(says="A page of them.", shape=DeliveryPage, headers=_SHOWN, example="deliveries")},
        errors=OF_ONE,
    ),
    Operation(
        id="webhook_redeliver",
        method="POST",
        paths=(f"{_HOOK}/deliveries/{{delivery_id}}/redeliver",),
        summary="Deliver once more, whatever became of it",
        scope="submit",
        answers={202: Answer(says="It is due now.", shape=DeliveryOut, example="delivery")},
        errors=OF_ONE,
    ),
)
