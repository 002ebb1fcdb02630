//! Photos.

use anju_domain::ids::{HouseholdId, PhotoId};
use anju_http::photo_form::announcement;
use anju_http::view::photo::{AnnouncedView, PhotoView};
use serde_json::json;

use crate::operation::{Group, Operation};
use crate::samples;

pub(crate) const TAG: &str = "Photos";
const GROUP: Group = Group(TAG);

pub(crate) fn operations() -> Vec<Operation> {
    vec![
        GROUP
            .accounts("POST /v1/households/{id}/photos", "request-photo-upload", "Announces a photo")
            .note(
                "The answer's `upload` is the one request that takes the file, with just these headers: length and \
                 checksum are signed, and a file that is there already is 412. Villages announce photos of \
                 verifications, townships and above those of surveys.",
            )
            .path::<HouseholdId>("id")
            .once()
            .body(
                announcement,
                json!({
                    "purpose": "verification", "source": "camera", "content_type": "image/jpeg", "size": 4_200_000,
                    "sha256": samples::HASH, "taken_at": "2020-06-03T10:22:31+08:00",
                    "declared_location": {"latitude": 27.4417, "longitude": 104.8736, "accuracy_m": 12.0},
                }),
            )
            .by_level()
            .answers::<AnnouncedView>(
                201,
                json!({
                    "photo_id": samples::PHOTO,
                    "upload": {
                        "method": "PUT", "url": "https://incoming.s3.amazonaws.com/photos/…?X-Amz-Signature=…",
                        "headers": {"content-type": "image/jpeg", "if-none-match": "*"},
                        "expires_at": "2020-06-03T03:22:31Z",
                    },
                }),
            ),
        GROUP
            .accounts("GET /v1/photos/{id}", "get-photo", "A photo and what is known of it")
            .note("`urls` are signed and valid for ten minutes.")
            .path::<PhotoId>("id")
            .answers::<PhotoView>(200, samples::photo()),
    ]
}
