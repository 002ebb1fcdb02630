use anju_domain::export::{Export, ExportId, ExportOrder};
use anju_http::auth::{Authenticator, Caller, FirstSignIn};
use anju_http::export::form::export;
use anju_http::export::order::{Ordered, order, requester};
use anju_http::export::{LIMIT, kept_until};
use anju_http::form::read_leniently;
use anju_http::language::preferred;
use anju_http::list_form::known_region;
use anju_http::request::{base_url, json};
use anju_http::view::export::ExportView;
use anju_http::write::Once;
use anju_http::{Answer, ApiError, regions, respond::json_answer};
use anju_store::exports::ExportQueue;
use anju_store::{Control, CounterTable, Registry, StoreError};
use jiff::Timestamp;
use lambda_http::Request;
use lambda_http::http::StatusCode;
use uuid::Uuid;

pub struct Context {
    pub auth: Authenticator,
    pub control: Control,
    pub registry: Registry,
    pub counters: CounterTable,
    pub queue: ExportQueue,
    pub public_base_url: String,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MustBeDone).await?;
    let sent = json(&request)?;
    let (form, broken) = read_leniently(sent.clone(), export)?;
    known_region(&broken)?;
    let region = regions::of_list(&context.registry, &caller, form.region.as_ref()).await?;
    let counts = context.counters.counts_of(&region).await?.map(|counts| counts.total()).unwrap_or_default();
    let Ordered { order, total } = order(form, broken, &sent, region, &counts)?;
    let language = preferred(request.headers());
    let order = ExportOrder { language, base_url: base_url(&request, &context.public_base_url), ..order };
    let once = Once::of(&request, caller.region(), &context.control)?;
    let export = match asked_before(context, &once).await? {
        Some(export) => export,
        None => take_in(context, &caller, &once, order, total).await?,
    };
    // Of one that was asked for before, the message may be missing. Twice does no harm.
    context.queue.send(&export.id).await?;
    json_answer(StatusCode::CREATED, &ExportView::new(&export, kept_until(&export), Timestamp::now()))
}

/// The export that the same request asked for before.
async fn asked_before(context: &Context, once: &Once<'_>) -> Result<Option<Export>, ApiError> {
    let reference = once.answered().await?.and_then(|answered| answered.reference);
    let Some(Ok(id)) = reference.map(|reference| reference.parse::<ExportId>()) else { return Ok(None) };
    Ok(context.control.export(&id).await?)
}

async fn take_in(
    context: &Context,
    caller: &Caller,
    once: &Once<'_>,
    order: ExportOrder,
    total: Option<u64>,
) -> Result<Export, ApiError> {
    let now = Timestamp::now();
    let account = caller.region();
    if let Some(retry_after) = context.control.attempt("export", account.as_str(), LIMIT, now).await? {
        return Err(ApiError::TooMany { retry_after });
    }
    let id = ExportId::new(account.clone(), Uuid::now_v7().as_u128());
    let remember = once.remember(Some(id.to_string()), now)?;
    let export = Export::queued(id, order, requester(caller), total, now);
    match context.control.create_export(&export, remember).await {
        Ok(()) => Ok(export),
        // The same request, sent twice at once: the other one won.
        Err(StoreError::Conflict) => asked_before(context, once).await?.ok_or(ApiError::Busy),
        Err(error) => Err(error.into()),
    }
}
