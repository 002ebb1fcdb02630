use anju_domain::region::RegionCode;
use anju_http::view::overview::{Campaign, OverviewView};
use anju_http::{Answer, respond::cacheable_answer};
use anju_store::{CounterTable, Registry};
use jiff::Timestamp;
use lambda_http::Request;

pub struct Context {
    pub registry: Registry,
    pub counters: CounterTable,
    pub verification_deadline: String,
    pub countdown_to: String,
}

pub async fn handle(context: &Context, _request: Request) -> Answer {
    let nation = RegionCode::nation();
    let (row, provinces, counts) = tokio::try_join!(
        context.registry.region(&nation),
        context.registry.regions_below(&nation),
        context.counters.counts_of(&nation),
    )?;
    let campaign = Campaign {
        verification_deadline: context.verification_deadline.clone(),
        countdown_to: context.countdown_to.clone(),
        as_of: Timestamp::now(),
    };
    cacheable_answer(&OverviewView::new(campaign, row, provinces, counts.as_ref()))
}
