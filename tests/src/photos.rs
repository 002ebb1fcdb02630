//! Photos: announced to the API, uploaded to the object store, processed in their own time.

use anju_register::photo::{CaptureTime, DemoPhoto, PhotoSpec, Position, demo_photos, house_photo};
use http::{Method, StatusCode};
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::client::{Answer, Client};
use crate::wait::until;

/// One of the synthetic photos: `portrait`, `landscape` or `plain`.
pub fn demo(name: &str) -> DemoPhoto {
    demo_photos().into_iter().find(|photo| photo.name == name).expect("a photo of this name")
}

/// A small picture that is quick to process; another seed, another house.
pub fn small(seed: u64) -> Vec<u8> {
    taken(seed, None, None)
}

/// The same as a phone's camera takes it, at a time in China and at a place.
pub fn taken(seed: u64, at: Option<DateTime>, place: Option<(f64, f64)>) -> Vec<u8> {
    let plain = demo("plain").spec;
    let taken_at = at.map(|clock| CaptureTime { clock, offset: Some(Offset::constant(8)) });
    let location = place.map(|(latitude, longitude)| Position { latitude, longitude, altitude_m: 1_650.0 });
    house_photo(seed, &PhotoSpec { width: 320, height: 240, taken_at, location, ..plain })
}

/// A copy of a photo that nobody sees to be one: smaller, brighter, compressed more, without its EXIF.
pub fn copy_of(photo: &[u8]) -> Vec<u8> {
    let picture = image::load_from_memory(photo).expect("a photo");
    let (width, height) = (picture.width() * 4 / 5, picture.height() * 4 / 5);
    let picture = picture.resize_exact(width, height, FilterType::Triangle).brighten(12).into_rgb8();
    let mut bytes = std::io::Cursor::new(Vec::new());
    JpegEncoder::new_with_quality(&mut bytes, 60).encode_image(&picture).expect("a photo");
    bytes.into_inner()
}

/// What a client says of a file before it uploads it.
pub fn announcement(bytes: &[u8]) -> Value {
    json!({
        "purpose": "verification", "source": "camera", "content_type": "image/jpeg",
        "size": bytes.len(), "sha256": hex::encode(Sha256::digest(bytes)),
    })
}

/// Where photos of a household are announced.
pub fn path_of(household: impl std::fmt::Display) -> String {
    format!("/v1/households/{household}/photos")
}

/// A photo that may be uploaded.
#[derive(Debug, Clone)]
pub struct Announced {
    /// Its id.
    pub id: String,
    upload: Value,
}

impl Announced {
    /// Of the answer to an announcement.
    pub fn of(answer: &Answer) -> Self {
        let body = answer.json();
        Announced { id: body["photo_id"].as_str().expect("an id").to_owned(), upload: body["upload"].clone() }
    }

    /// Sends a file by the signed request.
    pub async fn upload(&self, bytes: &[u8]) -> Answer {
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let method: Method = text(&self.upload["method"]).parse().expect("a method");
        let client = Client::of("");
        let mut call = client.call(method, &text(&self.upload["url"])).body("", bytes.to_vec());
        for (name, value) in self.upload["headers"].as_object().expect("headers") {
            // What every HTTP client sets by itself, after what it really sends.
            if !["host", "content-length"].contains(&name.as_str()) {
                call = call.header(name, &text(value));
            }
        }
        call.send().await
    }
}

/// Announces a JPEG file.
pub async fn announce(client: &Client, household: impl std::fmt::Display, bytes: &[u8]) -> Announced {
    announce_as(client, household, &announcement(bytes)).await
}

/// Announces a file in these words.
pub async fn announce_as(
    client: &Client,
    household: impl std::fmt::Display,
    announcement: &Value,
) -> Announced {
    let call = client.post(&path_of(household), announcement);
    Announced::of(&call.send().await.expect(StatusCode::CREATED))
}

/// Announces and uploads a JPEG file, and gives the photo's id.
pub async fn upload(client: &Client, household: impl std::fmt::Display, bytes: &[u8]) -> String {
    let announced = announce(client, household, bytes).await;
    announced.upload(bytes).await.expect(StatusCode::OK);
    announced.id
}

/// The photo, once it is ready or rejected.
pub async fn processed(client: &Client, id: &str) -> Value {
    until("a photo to be processed", async || {
        let photo = client.get(&format!("/v1/photos/{id}")).send().await.expect(StatusCode::OK).json();
        if photo["state"] == "ready" || photo["state"] == "rejected" { Ok(photo) } else { Err(photo) }
    })
    .await
}

/// A photo that was uploaded and found good.
pub async fn ready(client: &Client, household: impl std::fmt::Display, bytes: &[u8]) -> String {
    let id = upload(client, household, bytes).await;
    assert_eq!(processed(client, &id).await["state"], "ready");
    id
}

/// The message that says that a photo's file has arrived in a bucket.
pub fn arrival(bucket: &str, id: &str) -> String {
    let anybody = json!({"principalId": "anybody"});
    let event = json!({"Records": [{
        "eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "cn-northwest-1",
        "eventTime": "2020-06-03T02:22:31.000Z", "eventName": "ObjectCreated:Put", "userIdentity": anybody,
        "requestParameters": {"sourceIPAddress": "127.0.0.1"}, "responseElements": {},
        "s3": {
            "s3SchemaVersion": "1.0", "configurationId": "uploads",
            "bucket": {"name": bucket, "ownerIdentity": anybody, "arn": format!("arn:aws:s3:::{bucket}")},
            "object": {"key": format!("photos/{id}"), "size": 1, "eTag": "0", "sequencer": "0"},
        },
    }]});
    event.to_string()
}
