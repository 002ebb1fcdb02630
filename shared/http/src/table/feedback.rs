//! Reports of a list, with what they say and how they were handled.

use anju_domain::language::Language;
use anju_domain::table::{Cell, Column, Row};

use super::words::{feedback_source, feedback_status, feedback_type, level, yes};
use super::{TableRow, column, instant, region_cells, region_columns};
use crate::view::feedback::FeedbackView;

impl TableRow for FeedbackView {
    fn columns(language: Language) -> Vec<Column> {
        let column = |chinese, english, width| column(language, chinese, english, width);
        let mut columns = vec![column("编号", "Id", 54), column("农户编号", "Household", 20)];
        columns.extend(region_columns(language));
        columns.extend([
            column("户主", "Head", 12),
            column("身份证号", "ID number", 22),
            column("联系电话", "Phone", 14),
            column("地址", "Address", 30),
            column("问题类型", "Type", 14),
            column("来源", "Source", 10),
            column("处理状态", "Status", 10),
            column("是否逾期", "Overdue", 10),
            column("已上报至", "Escalated to", 12),
            column("反映内容", "Content", 40),
            column("反映时间", "Reported at", 20),
            column("督促次数", "Urged", 10),
            column("处理意见", "Opinion", 40),
            column("处理人", "Handled by", 16),
            column("处理时间", "Handled at", 20),
        ]);
        columns
    }

    fn cells(&self, language: Language) -> Row {
        let item = &self.item;
        let mut cells = vec![Cell::text(item.id.to_string()), Cell::text(item.household_id.to_string())];
        cells.extend(region_cells(&item.region));
        cells.extend([
            Cell::text(item.head.name.as_str()),
            Cell::maybe(item.head.id_number.as_deref()),
            Cell::maybe(item.head.phone.as_deref()),
            Cell::text(self.address.as_str()),
            Cell::text(feedback_type(item.kind, language)),
            Cell::text(feedback_source(item.source, language)),
            Cell::text(feedback_status(item.status, language)),
            Cell::text(yes(item.overdue, language)),
            Cell::maybe(item.escalated_to.map(|to| level(to, language))),
            Cell::text(self.content.as_str()),
            instant(item.reported_at),
            Cell::Count(self.urges.len() as u64),
            Cell::maybe(self.opinion.as_deref()),
            Cell::maybe(self.handler.as_ref().map(|handler| handler.name.as_str())),
            item.handled_at.map_or(Cell::Empty, instant),
        ]);
        cells
    }
}
