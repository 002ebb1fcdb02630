//! A function for trying the stack by hand: answers HTTP requests with its event, and logs batches.
//!
//! A body or message `die` ends the process, `fail` makes it fail, `sleep` makes it take too long.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_runtime::run(service_fn(handle)).await
}

async fn handle(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let (event, context) = event.into_parts();
    let text = event.to_string();
    if text.contains("\"die\"") {
        std::process::exit(9);
    }
    if text.contains("\"sleep\"") {
        tokio::time::sleep(std::time::Duration::from_secs(60)).await;
    }
    if text.contains("\"fail\"") {
        return Err("asked to fail".into());
    }
    match event.get("Records") {
        Some(records) => {
            #[expect(clippy::print_stdout, reason = "goes to the function's log file")]
            {
                println!("{} {records}", context.request_id);
            }
            Ok(json!({"batchItemFailures": []}))
        }
        None => Ok(json!({"statusCode": 200, "headers": {"x-request-id": context.request_id},
            "cookies": ["a=1"], "body": text})),
    }
}
