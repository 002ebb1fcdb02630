//! Each hour: open reports that waited too long go one level up, and raise their household's alert.

mod handler;

use anju_app::App;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = App::start().await;
    let context = handler::Context { registry: app.registry()? };
    let context = &context;
    run(service_fn(move |event: LambdaEvent<handler::Tick>| async move {
        let deadline = event.context.deadline();
        handler::handle(context, event.payload, deadline).await.map_err(Error::from)
    }))
    .await
}
