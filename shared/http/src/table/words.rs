//! People's words for what the API says in codes.

use anju_domain::draft::{GuaranteeChoice, ResultChoice};
use anju_domain::feedback::{FeedbackSource, FeedbackStatus, FeedbackType};
use anju_domain::language::Language;
use anju_domain::region::Level;
use anju_domain::summary::{AlertKind, Detail, State};

pub(super) fn state(state: State, language: Language) -> &'static str {
    match state {
        State::Pending => language.pick("未核验", "pending"),
        State::Draft => language.pick("已保存未完成", "draft"),
        State::Completed => language.pick("核验完成", "completed"),
        State::Left => language.pick("已迁出", "left"),
    }
}

pub(super) fn result(result: ResultChoice, language: Language) -> &'static str {
    match result {
        ResultChoice::Secured => language.pick("住房安全有保障", "secured"),
        ResultChoice::Unsecured => language.pick("住房安全未保障", "unsecured"),
    }
}

pub(super) fn guarantee(guarantee: GuaranteeChoice, language: Language) -> &'static str {
    match guarantee {
        GuaranteeChoice::Appraised => language.pick("鉴定安全", "appraised"),
        GuaranteeChoice::Renovated => language.pick("改造安全", "renovated"),
        GuaranteeChoice::Sheltered => language.pick("保障安全", "sheltered"),
    }
}

pub(super) fn detail(detail: Detail, language: Language) -> &'static str {
    match detail {
        Detail::None | Detail::Secured | Detail::Unsecured => "",
        Detail::Appraised | Detail::Renovated | Detail::Sheltered => "",
        Detail::AppraisedA => language.pick("A级", "grade A"),
        Detail::AppraisedB => language.pick("B级", "grade B"),
        Detail::RenovatedReinforced => language.pick("农村危房改造(维修加固)", "reinforced"),
        Detail::RenovatedRebuilt => language.pick("农村危房改造(拆除重建)", "rebuilt"),
        Detail::RenovatedNewlyBuilt => language.pick("农村危房改造(无房新建)", "newly built"),
        Detail::RenovatedPovertyRelocation => language.pick("易地扶贫搬迁", "poverty relocation"),
        Detail::RenovatedEcologicalMigration => language.pick("生态移民", "ecological migration"),
        Detail::RenovatedReservoirMigration => language.pick("水库移民", "reservoir migration"),
        Detail::RenovatedHazardRelocation => language.pick("避险搬迁", "hazard relocation"),
        Detail::RenovatedOther | Detail::ShelteredOther => language.pick("其他", "other"),
        Detail::ShelteredCollectiveRental => language.pick("集体公租房", "collective rental"),
        Detail::ShelteredHappinessCompound => language.pick("幸福大院", "happiness compound"),
        Detail::ShelteredCareHome => language.pick("敬(养)老院", "care home"),
        Detail::ShelteredRelatives => language.pick("投亲靠友", "relatives"),
        Detail::ShelteredRentedOrBorrowed => language.pick("租住、借住其他安全房屋", "rented or borrowed"),
    }
}

pub(super) fn alert(kind: AlertKind, language: Language) -> &'static str {
    match kind {
        AlertKind::Unsecured => language.pick("住房安全未保障", "unsecured"),
        AlertKind::FeedbackOverdue => language.pick("反馈逾期未处理", "feedback overdue"),
        AlertKind::PhotoRejected => language.pick("照片无法使用", "photo rejected"),
        AlertKind::PhotoReused => language.pick("照片重复使用", "photo reused"),
        AlertKind::PhotoFar => language.pick("拍摄位置偏远", "photo far away"),
        AlertKind::PhotoTimeOdd => language.pick("拍摄时间异常", "photo's time odd"),
        AlertKind::IdInvalid => language.pick("身份证号无效", "ID number invalid"),
        AlertKind::IdDuplicate => language.pick("身份证号重复", "ID number twice"),
        AlertKind::GuaranteeChanged => language.pick("保障方式变化", "guarantee changed"),
        AlertKind::Burst => language.pick("核验过于集中", "burst"),
    }
}

pub(super) fn feedback_type(kind: FeedbackType, language: Language) -> &'static str {
    match kind {
        FeedbackType::HouseQuality => language.pick("房屋质量问题", "house quality"),
        FeedbackType::Subsidy => language.pick("资金补助问题", "subsidy"),
        FeedbackType::Acceptance => language.pick("房屋验收问题", "acceptance"),
        FeedbackType::Other => language.pick("其他", "other"),
    }
}

pub(super) fn feedback_source(source: FeedbackSource, language: Language) -> &'static str {
    match source {
        FeedbackSource::Household => language.pick("农户", "household"),
        FeedbackSource::Officer => language.pick("村干部", "officer"),
    }
}

pub(super) fn feedback_status(status: FeedbackStatus, language: Language) -> &'static str {
    match status {
        FeedbackStatus::Open => language.pick("未处理", "open"),
        FeedbackStatus::Handled => language.pick("已处理", "handled"),
    }
}

pub(super) fn level(level: Level, language: Language) -> &'static str {
    match level {
        Level::Nation => language.pick("全国", "nation"),
        Level::Province => language.pick("省", "province"),
        Level::Prefecture => language.pick("市", "prefecture"),
        Level::County => language.pick("县", "county"),
        Level::Township => language.pick("乡镇", "township"),
        Level::Village => language.pick("村", "village"),
    }
}

pub(super) fn yes(yes: bool, language: Language) -> &'static str {
    if yes { language.pick("是", "yes") } else { language.pick("否", "no") }
}
