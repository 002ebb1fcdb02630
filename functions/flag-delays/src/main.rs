//! Each morning: flags the regions that at their pace don't get done by the deadline.

mod handler;
mod judging;

use anju_app::App;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = App::start().await;
    let context = handler::Context {
        registry: app.registry()?,
        control: app.control()?,
        counters: app.counter_table()?,
        last_day: app.last_day()?,
    };
    let context = &context;
    run(service_fn(move |event: LambdaEvent<handler::Tick>| async move {
        let deadline = event.context.deadline();
        handler::handle(context, event.payload, deadline).await.map_err(Error::from)
    }))
    .await
}
