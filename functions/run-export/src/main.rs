//! The queue of exports: reads their rows page by page and puts them together into files.

mod handler;
mod source;
mod stores;

use anju_app::App;
use anju_http::feedback::listing::FeedbackLists;
use anju_http::household_list::HouseholdListing;
use anju_http::statistics::Statistics;
use aws_lambda_events::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};

use crate::stores::Stores;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let app = App::start().await;
    let (registry, counters) = (app.searchable_registry().await?, app.counter_table()?);
    let context = handler::Context {
        stores: Stores { control: app.control()?, files: app.export_files()? },
        queue: app.export_queue()?,
        households: HouseholdListing::new(registry.clone(), counters.clone()),
        feedback: FeedbackLists { registry: registry.clone(), counters: counters.clone() },
        statistics: Statistics { registry, counters },
    };
    let context = &context;
    run(service_fn(move |event: LambdaEvent<SqsEvent>| async move {
        let deadline = event.context.deadline();
        Ok::<_, Error>(handler::handle(context, event.payload, deadline).await)
    }))
    .await
}
