//! Households of a list.

use anju_domain::language::Language;
use anju_domain::table::{Cell, Column, Row};
use anju_domain::time::VisitTime;

use super::words::{alert, detail, guarantee, result, state};
use super::{TableRow, column, instant, region_cells, region_columns};
use crate::view::household::HouseholdItem;

impl TableRow for HouseholdItem {
    fn columns(language: Language) -> Vec<Column> {
        let column = |chinese, english, width| column(language, chinese, english, width);
        let mut columns = vec![column("编号", "Id", 20)];
        columns.extend(region_columns(language));
        columns.extend([
            column("户主", "Head", 12),
            column("身份证号", "ID number", 22),
            column("联系电话", "Phone", 14),
            column("家庭成员", "Members", 30),
            column("核验状态", "State", 12),
            column("核验结果", "Result", 18),
            column("保障方式", "Guarantee", 12),
            column("具体情况", "Detail", 26),
            column("核验时间", "Verified at", 20),
            column("退回原因", "Returned because", 24),
            column("数据预警", "Alerts", 24),
        ]);
        columns
    }

    fn cells(&self, language: Language) -> Row {
        let mut cells = vec![Cell::text(self.id.to_string())];
        cells.extend(region_cells(&self.region));
        let visited = self.verified_at.map(|at| match at {
            VisitTime::Day(day) => Cell::text(day.to_string()),
            VisitTime::Instant(at) => instant(at),
        });
        let alerts: Vec<&str> = self.alerts.iter().map(|kind| alert(*kind, language)).collect();
        cells.extend([
            Cell::text(self.head.name.as_str()),
            Cell::maybe(self.head.id_number.as_deref()),
            Cell::maybe(self.head.phone.as_deref()),
            Cell::text(self.members.join(language.pick("、", ", "))),
            Cell::text(state(self.state, language)),
            Cell::maybe(self.result.map(|choice| result(choice, language))),
            Cell::maybe(self.guarantee.map(|choice| guarantee(choice, language))),
            Cell::maybe(self.detail.and_then(|key| key.parse().ok()).map(|key| detail(key, language))),
            visited.unwrap_or(Cell::Empty),
            Cell::maybe(self.returned.as_ref().map(|returned| returned.reason.as_str())),
            Cell::text(alerts.join(language.pick("、", ", "))),
        ]);
        cells
    }
}
