//! The words of the mark that every file carries.

use anju_domain::access::sees_full_numbers;
use anju_domain::export::{ExportKind, ExportOrder, Requester};
use anju_domain::language::Language;
use anju_domain::region::Region;
use anju_domain::stamp::Stamp;
use anju_domain::time::china_clock;
use jiff::Timestamp;

/// The mark of a file of this kind, of a region, that `by` asked for at `at` under these conditions.
pub fn stamp(
    kind: ExportKind,
    region: &Region,
    by: &Requester,
    at: Timestamp,
    conditions: &str,
    language: Language,
) -> Stamp {
    let word = |chinese, english| language.pick(chinese, english);
    let what = match kind {
        ExportKind::Households => word("农户核验情况", "Households"),
        ExportKind::Statistics => word("数据统计", "Statistics"),
        ExportKind::Feedback => word("反馈情况", "Feedback"),
        ExportKind::QrSheet => word("农户二维码", "QR codes"),
    };
    let author = format!("{} {} {}", by.account, by.name, by.position);
    let author = author.trim().to_owned();
    let numbers = if sees_full_numbers(by.account.level()) {
        word("完整", "in full")
    } else {
        word("部分隐藏", "masked")
    };
    let conditions =
        if conditions.is_empty() { word("无", "none").to_owned() } else { conditions.to_owned() };
    Stamp {
        title: format!("{} {what}", region.name),
        at,
        table: what,
        about: word("说明", "About"),
        facts: vec![
            (word("导出人", "Exported by"), author.clone()),
            (word("导出时间", "Exported at"), china_clock(at)),
            (word("行政区划", "Region"), format!("{} {}", region.name, region.code)),
            (word("筛选条件", "Filters"), conditions),
            (word("身份证号和电话", "Numbers"), numbers.to_owned()),
            (
                word("提示", "Note"),
                word("内含个人信息，请勿外传。", "Holds personal data: do not pass it on.").to_owned(),
            ),
        ],
        author,
        rows: word("行数", "Rows"),
    }
}

/// An order's conditions for people, without personal data.
pub fn conditions(order: &ExportOrder) -> String {
    let filters = order.public_filters();
    let said = filters.iter().map(|(name, value)| match value.as_str() {
        Some(text) => format!("{name}={text}"),
        None => format!("{name}={value}"),
    });
    said.collect::<Vec<_>>().join("; ")
}
