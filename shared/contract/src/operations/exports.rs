//! Files to take away.

use anju_domain::export::ExportId;
use anju_http::ApiError;
use anju_http::export::form::export;
use anju_http::list_form::exports;
use anju_http::view::export::ExportView;
use anju_http::view::list::ListView;
use serde_json::{Value, json};

use crate::operation::{Group, Operation};
use crate::samples;

pub(crate) const TAG: &str = "Exports";
const GROUP: Group = Group(TAG);

pub(crate) fn operations() -> Vec<Operation> {
    vec![
        GROUP
            .accounts("POST /v1/exports", "create-export", "Asks for a file, which is made in the background")
            .note(
                "`households`, `statistics` and `feedback` come as `xlsx` or `csv`, `qr_sheet` as `pdf`. `filters` are \
                 those of `GET /v1/households` and `POST /v1/households/search`, or of `GET /v1/feedback` and \
                 `POST /v1/feedback/search`; of a sheet, `households` are the ids of chosen ones, else it is of a \
                 village or township. `sheet` is its paper and grid: `a4` with up to 4 × 4 or 2 × 6 cards, 2 × 4 \
                 unless asked, or `a6` with one card a page.",
            )
            .note(
                "At most 1,048,575 rows as `xlsx`, 5,000,000 as `csv`, 10,000 codes as `pdf`: 422 `too_many` where more \
                 are counted, `failed` with `too_many_rows` where they turn out to be more. 30 an hour.",
            )
            .once()
            .body(
                export,
                json!({
                    "kind": "households", "region": "530627101", "format": "xlsx",
                    "filters": {"state": "completed", "guarantee": "sheltered"},
                }),
            )
            .of_region()
            .fails(&[ApiError::TooMany { retry_after: 1 }])
            .answers::<ExportView>(201, queued()),
        GROUP
            .accounts("GET /v1/exports", "list-exports", "One's own exports, the latest first")
            .note("`total` isn't counted. Each export can be asked for a week long.")
            .query(exports)
            .fails(&[ApiError::NotFound])
            .answers::<ListView<ExportView>>(
                200,
                json!({"items": [queued()], "total": null, "next_cursor": null, "as_of": "2020-06-03T02:30:05Z"}),
            ),
        GROUP
            .accounts("GET /v1/exports/{id}", "get-export", "How far an export has come, and its file")
            .note(
                "`download.url` is signed and works for ten minutes; asking again gives another one. Exports of others \
                 are 404, those of one's own region too: what a file shows depends on who asked.",
            )
            .path::<ExportId>("id")
            .answers::<ExportView>(200, done()),
    ]
}

fn queued() -> Value {
    json!({
        "id": samples::EXPORT, "kind": "households", "format": "xlsx", "region": "530627101", "state": "queued",
        "rows": 0, "total": 148, "progress": 0, "requested_at": "2020-06-03T02:30:00Z",
        "kept_until": "2020-06-10T02:30:00Z",
    })
}

fn done() -> Value {
    let mut done = queued();
    let now = json!({
        "state": "done", "rows": 148, "progress": 100, "finished_at": "2020-06-03T02:30:04Z",
        "download": {
            "url": "https://transfers.s3.amazonaws.com/exports/…?X-Amz-Signature=…",
            "expires_at": "2020-06-03T02:45:00Z", "file_name": "households-530627101-20200603.xlsx", "size": 21_400,
        },
    });
    if let (Some(fields), Value::Object(now)) = (done.as_object_mut(), now) {
        fields.extend(now);
    }
    done
}
