//! Regions and their figures.

use anju_domain::export::ExportFormat;
use anju_domain::region::RegionCode;
use anju_http::view::region::RegionView;
use anju_http::view::statistics::StatisticsView;
use serde_json::json;

use crate::operation::{Group, Operation};
use crate::samples;

pub(crate) const TAG: &str = "Regions";
const GROUP: Group = Group(TAG);

pub(crate) fn operations() -> Vec<Operation> {
    vec![
        GROUP
            .accounts("GET /v1/regions/{code}", "get-region", "A region with what is above and below it")
            .path::<RegionCode>("code")
            .of_region()
            .answers::<RegionView>(
                200,
                json!({
                    "code": "530627101", "name": "果珠乡", "level": "township",
                    "parents": [
                        {"code": "0", "name": "全国"}, {"code": "53", "name": "云南省"},
                        {"code": "5306", "name": "昭通市"}, {"code": "530627", "name": "镇雄县"},
                    ],
                    "children": [{"code": "530627101203", "name": "云岭村"}],
                }),
            ),
        GROUP
            .accounts(
                "GET /v1/regions/{code}/statistics",
                "get-statistics",
                "A region's figures, and those of the regions below it",
            )
            .note("`completion_rate` is percent with two decimals; `100.00` only where all are verified.")
            .path::<RegionCode>("code")
            .of_region()
            .answers::<StatisticsView>(
                200,
                json!({
                    "region": "530627101", "as_of": "2020-06-03T02:22:40Z",
                    "total": samples::row("530627101", "果珠乡"),
                    "children": [samples::row("530627101203", "云岭村")],
                }),
            ),
        GROUP
            .accounts(
                "GET /v1/regions/{code}/statistics.xlsx",
                "get-statistics-workbook",
                "The same table as a workbook, at once",
            )
            .note("合计 first and frozen, then a row per region with seven figures; a second sheet says who took it when.")
            .path::<RegionCode>("code")
            .of_region()
            .answers_with(200, ExportFormat::Xlsx.media_type(), "the workbook"),
    ]
}
