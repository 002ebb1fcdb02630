//! What is to be exported: the same conditions as in the lists.

use anju_domain::export::{ExportFormat, ExportKind};
use anju_domain::ids::HouseholdId;
use anju_domain::region::RegionCode;
use anju_domain::sheet::{Paper, SheetLayout};
use anju_domain::violation::ViolationCode;
use anju_query::Filter;
use anju_query::ports::{By, Sought};
use anju_store::feedback_list::FeedbackFilter;
use serde_json::{Map, Value};

use crate::error::ApiError;
use crate::feedback::filter as feedback;
use crate::form::{self, Fields};
use crate::household_query as households;
use crate::list_form::region;

/// Households that can be chosen one by one.
const MOST_CHOSEN: usize = 500;

/// What somebody asks for, as far as each field makes sense by itself.
#[derive(Debug, Clone)]
pub struct ExportForm {
    /// What.
    pub kind: Option<ExportKind>,
    /// As which file.
    pub format: Option<ExportFormat>,
    /// Of which region; of the caller's own where none is named.
    pub region: Option<RegionCode>,
    /// Which rows.
    pub filters: ExportFilters,
    /// How codes stand on a sheet, where that is said.
    pub sheet: Option<SheetLayout>,
}

/// Conditions of every kind; those of another kind are empty.
#[derive(Debug, Clone, Default)]
pub struct ExportFilters {
    /// What households are to be like.
    pub households: Filter,
    /// Who is to live in them.
    pub people: Vec<Sought>,
    /// What reports are to be like.
    pub feedback: FeedbackFilter,
    /// Whose households they are to be of.
    pub reporters: Vec<By>,
    /// Households that were chosen one by one.
    pub chosen: Vec<HouseholdId>,
}

/// Reads what is to be exported.
pub fn export(fields: &mut Fields) -> ExportForm {
    let (kind, format) = (fields.choice("kind"), fields.choice("format"));
    let (kind, format) = (fields.require("kind", kind), fields.require("format", format));
    let region = region(fields);
    let filters = fields.object("filters", filters).unwrap_or_default();
    let sheet = fields.object("sheet", sheet).flatten();
    ExportForm { kind, format, region, filters, sheet }
}

fn filters(fields: &mut Fields) -> ExportFilters {
    ExportFilters {
        households: households::filter(fields),
        people: households::people(fields),
        feedback: feedback::conditions(fields),
        reporters: feedback::people(fields),
        chosen: fields.list("households", MOST_CHOSEN, ViolationCode::Unknown),
    }
}

fn sheet(fields: &mut Fields) -> Option<SheetLayout> {
    let paper: Paper = fields.choice("paper").unwrap_or_default();
    let most = |number: u8| u64::from(number);
    let columns = fields.whole_number("columns", 1, most(SheetLayout::MOST_COLUMNS));
    let rows = fields.whole_number("rows", 1, most(SheetLayout::MOST_ROWS));
    let grid =
        |number: Option<u64>, default: u8| number.and_then(|n| u8::try_from(n).ok()).unwrap_or(default);
    match paper {
        Paper::A6 => {
            for (name, given) in [("columns", columns), ("rows", rows)] {
                if given.is_some_and(|number| number != 1) {
                    fields.reject(name, ViolationCode::NotApplicable);
                }
            }
            Some(SheetLayout::a6())
        }
        Paper::A4 => {
            let default = SheetLayout::default();
            let layout = SheetLayout::a4(grid(columns, default.columns), grid(rows, default.rows));
            if layout.is_err() {
                fields.reject("rows", ViolationCode::OutOfRange);
            }
            layout.ok()
        }
    }
}

/// The conditions that were kept with an export.
pub fn kept_filters(kept: &Map<String, Value>) -> Result<ExportFilters, ApiError> {
    form::read(Value::Object(kept.clone()), |fields| Some(filters(fields)))
}

/// The names of the conditions that apply to a kind.
pub(super) fn applicable(kind: ExportKind) -> &'static [&'static str] {
    match kind {
        ExportKind::Households => &[
            "state",
            "result",
            "guarantee",
            "detail",
            "alert",
            "head_name",
            "head_id",
            "member_name",
            "member_id",
        ],
        ExportKind::Feedback => &["status", "type", "overdue", "name", "id_number"],
        ExportKind::QrSheet => &["households"],
        ExportKind::Statistics => &[],
    }
}
