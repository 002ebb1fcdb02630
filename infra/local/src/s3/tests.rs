use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use s3s::dto::{ETag, ETagCondition, HeadObjectInput, PutObjectInput};
use s3s::{Body, S3, S3ErrorCode, S3Result};
use serde_json::Value;
use tempfile::TempDir;

use super::buckets::{Buckets, internal};
use crate::plan::{BucketPlan, NotificationPlan, QueuePlan};
use crate::sqs::Queues;
use crate::state::State;

struct Fixture {
    _folder: TempDir,
    buckets: Buckets,
    state: Arc<State>,
    queues: Arc<Queues>,
}

fn fixture() -> Fixture {
    let folder = TempDir::new().unwrap();
    std::fs::create_dir(folder.path().join("uploads")).unwrap();
    let state = Arc::new(State::in_memory());
    let queue = QueuePlan {
        name: "arrivals".into(),
        visibility_timeout: Duration::from_secs(30),
        retention: Duration::from_secs(60),
        delay: Duration::ZERO,
        receive_wait: Duration::ZERO,
        redrive: None,
    };
    let queues = Arc::new(Queues::new(Arc::clone(&state), &[queue]));
    let notification = NotificationPlan {
        event: "s3:ObjectCreated:*".into(),
        queue: "arrivals".into(),
        prefix: "photos/".into(),
        suffix: String::new(),
    };
    let plan = BucketPlan { name: "uploads".into(), notifications: vec![notification], cors: Vec::new() };
    let files = s3s_fs::FileSystem::new(folder.path()).unwrap();
    let buckets = Buckets::new(files, &[plan], Arc::clone(&state), Arc::clone(&queues));
    Fixture { _folder: folder, buckets, state, queues }
}

fn upload(key: &str, body: &'static str) -> PutObjectInput {
    let mut input =
        PutObjectInput::builder().bucket("uploads".to_owned()).key(key.to_owned()).build().unwrap();
    input.body = Some(Body::from(Bytes::from_static(body.as_bytes())).into());
    input
}

impl Fixture {
    async fn put(&self, input: PutObjectInput) -> S3Result<ETag> {
        self.buckets.put_object(internal(input)).await.map(|response| response.output.e_tag.unwrap())
    }

    async fn exists(&self, key: &str) -> bool {
        let input =
            HeadObjectInput::builder().bucket("uploads".to_owned()).key(key.to_owned()).build().unwrap();
        self.buckets.head_object(internal(input)).await.is_ok()
    }

    fn announced(&self) -> Vec<Value> {
        let received = self.queues.receive("arrivals", 10, Duration::ZERO, i64::MAX / 2).unwrap();
        received
            .iter()
            .map(|message| serde_json::from_str::<Value>(&message.body).unwrap()["Records"][0]["s3"].clone())
            .collect()
    }
}

#[tokio::test]
async fn an_upload_is_announced_to_the_queue_and_struck_off_the_list() {
    let fixture = fixture();
    fixture.put(upload("photos/1", "hello")).await.unwrap();
    fixture.put(upload("other/1", "hello")).await.unwrap();
    let announced = fixture.announced();
    assert_eq!(announced.len(), 1);
    assert_eq!(
        (&announced[0]["object"]["key"], announced[0]["object"]["size"].as_i64()),
        (&"photos/1".into(), Some(5))
    );
    assert!(fixture.state.pending_object_events().unwrap().is_empty());
}

#[tokio::test]
async fn an_upload_with_a_wrong_checksum_leaves_no_object_and_no_announcement() {
    let fixture = fixture();
    let input = PutObjectInput { checksum_crc32: Some("AAAAAA==".into()), ..upload("photos/1", "hello") };
    assert_eq!(*fixture.put(input).await.unwrap_err().code(), S3ErrorCode::BadDigest);
    assert!(!fixture.exists("photos/1").await);
    assert!(fixture.announced().is_empty());
}

#[tokio::test]
async fn an_object_written_before_a_sudden_end_is_announced_at_the_next_start() {
    let fixture = fixture();
    fixture.put(upload("other/1", "hello")).await.unwrap();
    fixture.state.add_object_event("uploads", "photos/lost", "ObjectCreated:Put").unwrap();
    fixture.buckets.announce_pending().await.unwrap();
    assert!(fixture.announced().is_empty());

    fixture.put(upload("photos/1", "hello")).await.unwrap();
    fixture.queues.purge("arrivals").unwrap();
    fixture.state.add_object_event("uploads", "photos/1", "ObjectCreated:Put").unwrap();
    fixture.buckets.announce_pending().await.unwrap();
    assert_eq!(fixture.announced().len(), 1);
    assert!(fixture.state.pending_object_events().unwrap().is_empty());
}

#[tokio::test]
async fn conditions_decide_who_may_write() {
    let fixture = fixture();
    let only_new = |body| PutObjectInput { if_none_match: Some(ETagCondition::Any), ..upload("k", body) };
    let e_tag = fixture.put(only_new("1")).await.unwrap();
    assert_eq!(*fixture.put(only_new("2")).await.unwrap_err().code(), S3ErrorCode::PreconditionFailed);
    let only_after = |key, body| PutObjectInput {
        if_match: Some(ETagCondition::ETag(e_tag.clone())),
        ..upload(key, body)
    };
    fixture.put(only_after("k", "3")).await.unwrap();
    assert_eq!(*fixture.put(only_after("k", "4")).await.unwrap_err().code(), S3ErrorCode::PreconditionFailed);
    assert_eq!(*fixture.put(only_after("none", "5")).await.unwrap_err().code(), S3ErrorCode::NoSuchKey);
}
