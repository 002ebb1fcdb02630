use anju_domain::access::Action;
use anju_domain::count::Counts;
use anju_domain::region::{Level, RegionCode};
use anju_domain::region_alert::RegionAlertKind;
use anju_http::auth::{Authenticator, FirstSignIn};
use anju_http::view::statistics::{Row, StatisticsView};
use anju_http::{Answer, ApiError, request::path, respond::json_answer};
use anju_store::{CounterTable, Registry};
use jiff::Timestamp;
use lambda_http::Request;
use lambda_http::http::StatusCode;

pub struct Context {
    pub auth: Authenticator,
    pub registry: Registry,
    pub counters: CounterTable,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MustBeDone).await?;
    let code: RegionCode = path(&request, "code")?;
    let region = context.registry.region(&code).await?.ok_or(ApiError::NotFound)?;
    caller.may(Action::Read, &code)?;
    let below = async {
        match code.level() {
            Level::Village => Ok(Vec::new()),
            _ => context.registry.regions_below(&code).await,
        }
    };
    let above = code.parent().unwrap_or_else(RegionCode::nation);
    let delays = context.registry.delays_below([above, code.clone()]);
    let (children, counts, delays) = tokio::try_join!(below, context.counters.counts_of(&code), delays)?;
    let raised = |region: &RegionCode| {
        let behind = delays.values().any(|delays| delays.is_raised(region));
        if behind { RegionAlertKind::ALL.as_slice() } else { &[] }
    };
    let counted = counts.as_ref();
    let nothing = Counts::default();
    let rows = children.into_iter().map(|child| {
        let counts = counted.and_then(|counted| counted.below(&child.code)).unwrap_or(&nothing);
        let raised = raised(&child.code);
        Row::new(child.code, child.name, counts, raised)
    });
    let total = counted.map(|counted| counted.total()).unwrap_or_default();
    let total = Row::new(code.clone(), region.name, &total, raised(&code));
    let view = StatisticsView::new(total, rows.collect(), Timestamp::now());
    json_answer(StatusCode::OK, &view)
}
