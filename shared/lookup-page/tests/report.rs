//! The page for reporting as a household, a browser and a snoop get it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(dead_code, reason = "not all samples are of use here")]

mod samples;

use anju_lookup_page::{Filled, Notice, PageLanguage, ReportView, report_headers, report_page};

use samples::*;

const SVG: &str = r##"<svg viewBox="0 0 1 1"><text>3+4=?</text></svg>"##;

fn view() -> ReportView<'static> {
    ReportView {
        language: PageLanguage::Chinese,
        token: "abcdefghijkmnpqrstuvwxyz",
        captcha_id: "c1",
        captcha_svg: SVG,
        question: "三加四等于几?",
        filled: Filled::default(),
        notice: None,
        reports: None,
    }
}

/// Digests are of any letters, and slashes.
fn without_digests(html: &str) -> String {
    let is_base64 = |character: char| character.is_ascii_alphanumeric() || "+/=".contains(character);
    let pieces = html.split("sha256-");
    pieces.map(|piece| piece.trim_start_matches(is_base64)).collect()
}

#[test]
fn the_form_works_without_scripts_and_can_be_heard() {
    let html = report_page(&view()).unwrap();
    for part in [
        r#"<form method="post""#,
        r#"name="id_number""#,
        r#"name="phone""#,
        r#"name="captcha_id" value="c1""#,
        r#"aria-label="三加四等于几?""#,
        r#"<option value="house_quality">房屋质量问题"#,
        r#"name="content""#,
        r#"name="do" value="report""#,
        r#"name="do" value="query""#,
        SVG,
    ] {
        assert!(html.contains(part), "{part}");
    }
    let html = without_digests(&html);
    assert!(!html.contains("style=\"") && !html.contains("//") && !html.contains(" on"));
    assert_eq!(html.matches("<script src=\"../../scripts/page-").count(), 1);
}

#[test]
fn the_policy_lets_the_form_go_home_only() {
    use base64::Engine as _;
    use sha2::Digest as _;

    let headers: std::collections::BTreeMap<_, _> = report_headers().into_iter().collect();
    let policy = headers["content-security-policy"];
    assert!(policy.contains("form-action 'self'") && policy.starts_with("default-src 'none';"));
    let html = report_page(&view()).unwrap();
    let style = html.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
    let digest = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(style));
    assert!(policy.contains(&format!("style-src 'sha256-{digest}'")));
    let (repeated, _) = policy.split_once("; frame-ancestors").unwrap();
    assert!(html.contains(&format!("content=\"{repeated}\"")));
    assert_eq!(headers["cache-control"], "no-store");
}

#[test]
fn what_was_filled_in_is_kept_and_stays_text() {
    let filled = Filled {
        id_number: "\"><script>".to_owned(),
        phone: "16000000001".to_owned(),
        kind: "subsidy".to_owned(),
        content: "</textarea><script>".to_owned(),
    };
    let problems = vec![("/content".to_owned(), "内容过长。"), ("".to_owned(), "数据类型错误。")];
    let html =
        report_page(&ReportView { filled, notice: Some(Notice::Problems(problems)), ..view() }).unwrap();
    assert!(!html.contains("<script>"));
    assert!(html.contains(r#"<option value="subsidy" selected>"#) && html.contains("16000000001"));
    assert!(html.contains("反映问题：内容过长。") && html.contains("<li>数据类型错误。"));
}

#[test]
fn own_reports_show_what_became_of_them_and_not_by_whom() {
    let reports = reports();
    let html = report_page(&ReportView { reports: Some(&reports), notice: Some(Notice::Reported), ..view() })
        .unwrap();
    assert!(html.contains("2020年6月5日 房屋质量问题") && html.contains("2020年6月4日 已补发"));
    assert!(html.find("墙体开裂").unwrap() < html.find("补助未到").unwrap(), "the latest first");
    assert!(!html.contains("处理人") && !html.contains("<script>") && !html.contains("<b>"));
    assert!(html.contains("已收到您反映的问题。乡镇应在3天内处理，逾期由上级督办。"));
}

#[test]
fn whoever_is_refused_reads_what_to_do_and_not_what_was_wrong() {
    let said = |notice| report_page(&ReportView { notice: Some(notice), ..view() }).unwrap();
    assert!(said(Notice::Mismatch).contains("身份证号或手机号与登记信息不符"));
    assert!(said(Notice::TooMany(601)).contains("请在11分钟后再试"));
}

#[test]
fn in_english_it_says_the_same_and_leads_to_the_english_page() {
    let reports = reports();
    let english = |notice| {
        let view = ReportView {
            language: PageLanguage::English,
            reports: Some(&reports),
            notice: Some(notice),
            question: "What is three plus four?",
            ..view()
        };
        report_page(&view).unwrap()
    };
    let html = english(Notice::Reported);
    assert!(html.starts_with("<!doctype html>\n<html lang=\"en\">"));
    assert!(
        html.contains("The township has 3 days to handle it")
            && html.contains("5 June 2020 Quality of the house")
    );
    assert!(html.contains(r##"href="../abcdefghijkmnpqrstuvwxyz#en""##));
    assert!(html.contains(r#"<a href="?" lang="zh-CN" hreflang="zh-CN">中文</a>"#));
    let problems = vec![("/content".to_owned(), "Too long.")];
    assert!(english(Notice::Problems(problems)).contains("<li>Report a problem: Too long.</li>"));
    let chinese = report_page(&view()).unwrap();
    assert!(chinese.contains(r#"<a href="?lang=en" lang="en" hreflang="en">English</a>"#));
}
