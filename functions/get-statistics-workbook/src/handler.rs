use anju_domain::access::Action;
use anju_domain::export::{ExportFormat, ExportKind};
use anju_domain::language::Language;
use anju_domain::region::RegionCode;
use anju_domain::stamp::Stamp;
use anju_export::workbook::{Workbook, WorkbookError};
use anju_http::auth::{Authenticator, FirstSignIn};
use anju_http::export::{order::requester, stamp::stamp};
use anju_http::language::preferred;
use anju_http::statistics::Statistics;
use anju_http::table::TableRow;
use anju_http::view::statistics::{Row, StatisticsView};
use anju_http::{Answer, ApiError, request::path, respond::file_answer};
use jiff::Timestamp;
use lambda_http::Request;

/// The total stays beside the heading.
const FROZEN_ROWS: u32 = 1;

pub struct Context {
    pub auth: Authenticator,
    pub statistics: Statistics,
}

pub async fn handle(context: &Context, request: Request) -> Answer {
    let caller = context.auth.caller(&request, FirstSignIn::MustBeDone).await?;
    let code: RegionCode = path(&request, "code")?;
    let region = context.statistics.registry.region(&code).await?.ok_or(ApiError::NotFound)?;
    caller.may(Action::Read, &code)?;
    let (now, language) = (Timestamp::now(), preferred(request.headers()));
    let stamp = stamp(ExportKind::Statistics, &region, &requester(&caller), now, "", language);
    let view = context.statistics.of(region, now).await?;
    let file = workbook(&view, &stamp, language).map_err(ApiError::internal)?;
    file_answer(ExportFormat::Xlsx.media_type(), &format!("statistics-{code}.xlsx"), file)
}

fn workbook(view: &StatisticsView, stamp: &Stamp, language: Language) -> Result<Vec<u8>, WorkbookError> {
    let mut workbook = Workbook::new(stamp, &Row::columns(language), FROZEN_ROWS)?;
    for row in view.table(language) {
        workbook.row(&row)?;
    }
    workbook.into_bytes(stamp)
}
