//! Each night: queues every region whose counts are to be compared with the register.

mod handler;

use anju_app::App;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = App::start().await;
    let context = handler::Context { registry: app.registry()?, checks: app.check_queue()? };
    let context = &context;
    run(service_fn(move |_: LambdaEvent<Value>| async move {
        handler::handle(context).await.map_err(Error::from)
    }))
    .await
}
