//! The words in Chinese: those of the ministry's forms, which people know from paper.

use anju_domain::feedback::{FeedbackStatus, FeedbackType};
use anju_domain::summary::{Detail, GuaranteeChoice};
use jiff::civil::Date;

use super::{ReportWords, Words};
use crate::view::Status;

pub(crate) const CHINESE: Words = Words {
    language: "zh-CN",
    own_name: "中文",
    title: "住房安全核验结果",
    read_aloud: "朗读本页",
    status,
    meaning,
    basics: "基本信息",
    head: "户主",
    id_number: "身份证号",
    phone: "联系方式",
    address: "地址",
    not_registered: "待核实",
    guarantee: "保障信息",
    way: "保障方式",
    ways,
    detail,
    details,
    visited: "核验时间",
    date,
    verifier: "核验人",
    position: "职务",
    call,
    surveys: "调研信息",
    surveys_none: "暂无",
    surveyed: "调研时间",
    finding: "调研结果",
    opinion: "调研意见",
    more_surveys,
    feedback: "反馈信息",
    feedback_none: "暂无",
    feedback_open: "未处理",
    feedback_handled: "已处理",
    more_reports,
    reports,
    feedback_type,
    feedback_status,
    report: "反映问题、查看处理结果",
    about: "本页说明",
    purpose: "本页只用于公开本户的住房安全核验结果，身份证号和电话只显示一部分。",
    responsible,
    correction: "核验结果、身份证号、电话有误，请告诉村干部或乡镇；姓名、家庭成员有误，请找当地扶贫办。",
    record: "记录编号",
    not_found: "没有找到这个页面",
    not_found_advice: "二维码可能已更换。请扫描家中最新的二维码，或向村干部询问。",
    report_page: ReportWords {
        explanation: "填写本户任一家庭成员的身份证号和登记的手机号，即可反映问题，或查看以前反映的问题和处理结果。",
        who: "本人信息",
        captcha: "验证码",
        captcha_answer: "验证码答案",
        captcha_aloud: "听验证码",
        what: "反映问题",
        kind: "问题类型",
        content: "问题说明（最多1000字）",
        submit: "提交反映",
        query: "只查看处理结果",
        sending: "正在提交…",
        unsent: "网络不通，填写的内容还在，请再次提交。",
        own: "我反映的问题",
        none: "暂无",
        opinion: "处理意见",
        back: "返回本户页面",
        done,
        mismatch: "身份证号或手机号与登记信息不符，请核对后重试，或联系村干部。",
        left: "本户已不在册，不能再反映问题。",
        busy: "系统繁忙，请稍后再试。",
        too_many,
        incomplete: "请改正以下各项后重新提交：",
        colon: "：",
    },
};

fn status(status: Status) -> &'static str {
    match status {
        Status::Secured => "住房安全有保障",
        Status::Unsecured => "住房安全未保障",
        Status::VerifiedAgain => "正在重新核验",
        Status::Left => "本户已不在册",
    }
}

fn meaning(status: Status) -> Option<&'static str> {
    match status {
        Status::Secured => None,
        Status::Unsecured => Some("如有困难，请联系村干部或乡镇。"),
        Status::VerifiedAgain => Some("核验完成后，这里会显示新的结果。"),
        Status::Left => Some("已迁出或销户，这里不再显示核验结果。"),
    }
}

fn ways(way: GuaranteeChoice) -> &'static str {
    match way {
        GuaranteeChoice::Appraised => "鉴定安全",
        GuaranteeChoice::Renovated => "改造安全",
        GuaranteeChoice::Sheltered => "保障安全",
    }
}

fn detail(way: GuaranteeChoice) -> &'static str {
    match way {
        GuaranteeChoice::Appraised => "鉴定等级",
        GuaranteeChoice::Renovated => "改造方式",
        GuaranteeChoice::Sheltered => "安全住房",
    }
}

fn details(detail: Detail) -> &'static str {
    match detail {
        Detail::None => "待核验",
        Detail::Secured => "住房安全有保障",
        Detail::Unsecured => "住房安全未保障",
        Detail::Appraised => "鉴定安全",
        Detail::AppraisedA => "A级",
        Detail::AppraisedB => "B级",
        Detail::Renovated => "改造安全",
        Detail::RenovatedReinforced => "农村危房改造，维修加固",
        Detail::RenovatedRebuilt => "农村危房改造，拆除重建",
        Detail::RenovatedNewlyBuilt => "农村危房改造，无房新建",
        Detail::RenovatedPovertyRelocation => "易地扶贫搬迁",
        Detail::RenovatedEcologicalMigration => "生态移民",
        Detail::RenovatedReservoirMigration => "水库移民",
        Detail::RenovatedHazardRelocation => "避险搬迁",
        Detail::RenovatedOther | Detail::ShelteredOther => "其他",
        Detail::Sheltered => "保障安全",
        Detail::ShelteredCollectiveRental => "集体公租房",
        Detail::ShelteredHappinessCompound => "幸福大院",
        Detail::ShelteredCareHome => "敬(养)老院",
        Detail::ShelteredRelatives => "投亲靠友",
        Detail::ShelteredRentedOrBorrowed => "租住、借住其他安全房屋",
    }
}

fn date(day: Date) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

fn responsible(township: &str) -> String {
    format!("由{township}负责。")
}

fn call(office: &str) -> String {
    format!("给{office}打电话")
}

fn more_surveys(shown: usize) -> String {
    format!("这里只列最近{shown}次公开的调研，文字较长的只列开头。全文请向乡镇询问。")
}

fn more_reports(shown: usize) -> String {
    format!("这里只列最近{shown}件。")
}

fn reports(number: u16) -> String {
    format!("{number} 件")
}

fn feedback_type(kind: FeedbackType) -> &'static str {
    match kind {
        FeedbackType::HouseQuality => "房屋质量问题",
        FeedbackType::Subsidy => "资金补助问题",
        FeedbackType::Acceptance => "房屋验收问题",
        FeedbackType::Other => "其他",
    }
}

fn feedback_status(status: FeedbackStatus) -> &'static str {
    match status {
        FeedbackStatus::Open => "未处理",
        FeedbackStatus::Handled => "已处理",
    }
}

fn done(days: i64) -> String {
    format!("已收到您反映的问题。乡镇应在{days}天内处理，逾期由上级督办。处理结果在本页查看。")
}

fn too_many(minutes: i64) -> String {
    format!("查验次数过多，请在{minutes}分钟后再试。")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_in_china() {
        assert_eq!(date("2020-06-03".parse().unwrap()), "2020年6月3日");
    }
}
