//! The statistics in the layout of the ministry's deck: 合计 first, seven figures for each region.

use anju_domain::language::Language;
use anju_domain::table::{Cell, Column, Percent, Row as Cells};

use super::{TableRow, column};
use crate::view::statistics::{Row, StatisticsView};

impl StatisticsView {
    /// The rows of the table: the region's total, then one for each child.
    pub fn table(&self, language: Language) -> Vec<Cells> {
        let mut total = self.total.cells(language);
        total[0] = Cell::text(language.pick("合计", "Total"));
        let children = self.children.iter().map(|child| child.cells(language));
        std::iter::once(total).chain(children).collect()
    }
}

impl TableRow for Row {
    fn columns(language: Language) -> Vec<Column> {
        let column = |chinese, english, width| column(language, chinese, english, width);
        vec![
            column("行政区划", "Region", 22),
            column("建档立卡户", "Households", 14),
            column("鉴定安全", "Appraised", 12),
            column("改造安全", "Renovated", 12),
            column("保障安全", "Sheltered", 12),
            column("未核验", "Unverified", 12),
            column("已核验", "Verified", 12),
            column("核准率", "Completion rate", 16),
        ]
    }

    fn cells(&self, _: Language) -> Cells {
        let counts =
            [self.households, self.appraised, self.renovated, self.sheltered, self.unverified, self.verified];
        let mut cells = vec![Cell::text(self.name.as_str())];
        cells.extend(counts.map(Cell::Count));
        cells.push(Cell::Percent(Percent::new(self.completion_rate.as_str())));
        cells
    }
}

#[cfg(test)]
mod tests {
    use anju_domain::count::Counts;
    use anju_domain::summary::{Detail, State, Summary};
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn the_table_is_the_decks_with_the_total_first() {
        let household = |state, detail| Counts::of(&Summary { state, detail, ..Summary::pending(2) });
        let counts = Counts::fold(&[
            household(State::Completed, Detail::AppraisedA),
            household(State::Completed, Detail::ShelteredRelatives),
            household(State::Draft, Detail::None),
        ]);
        let row = |code: &str, name: &str| Row::new(code.parse().unwrap(), name.to_owned(), &counts, &[]);
        let children = vec![row("530627101", "果珠乡")];
        let view = StatisticsView::new(row("530627", "镇雄县"), children, Timestamp::UNIX_EPOCH);
        let table = view.table(Language::Chinese);
        let words = |row: &Cells| row.iter().map(Cell::words).collect::<Vec<_>>().join(" ");
        assert_eq!(
            table.iter().map(words).collect::<Vec<_>>(),
            ["合计 3 1 0 1 1 2 66.67%", "果珠乡 3 1 0 1 1 2 66.67%"]
        );
        let titles: Vec<&str> = Row::columns(Language::Chinese).iter().map(|column| column.title).collect();
        assert_eq!(
            titles,
            ["行政区划", "建档立卡户", "鉴定安全", "改造安全", "保障安全", "未核验", "已核验", "核准率"]
        );
    }
}
