//! The public page as a reader, a browser and a snoop get it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod samples;

use std::io::Write as _;

use anju_domain::household::{FeedbackCounts, Household};
use anju_domain::survey::Survey;
use anju_lookup_page::{
    CACHE_CONTROL, NameMask, PageView, SCRIPT, headers, not_found_page, page, script_name,
};
use flate2::Compression;
use flate2::write::GzEncoder;

use samples::*;

fn with_names(names: NameMask) -> String {
    page(&PageView::of(&appraised(), &path(), names).unwrap()).unwrap()
}

fn header(name: &str) -> &'static str {
    headers().into_iter().find(|(header, _)| *header == name).unwrap().1
}

/// The page's part in this language, behind the link to the other one.
fn part<'a>(html: &'a str, language: &str) -> &'a str {
    let (_, rest) = html.split_once(&format!("<main lang=\"{language}\">")).unwrap();
    let (_, rest) = rest.split_once("</p>").unwrap();
    rest.split_once("</main>").unwrap().0
}

/// The text between tags in Chinese, as a reader sees it: without the link and the hidden button.
fn text(html: &str) -> String {
    text_of(part(html, "zh-CN")).replace("|朗读本页|", "|")
}

fn text_of(body: &str) -> String {
    let after_tags = body.split('<').filter_map(|piece| piece.split_once('>'));
    after_tags.map(|(_, text)| text.trim()).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("|")
}

#[test]
fn a_household_that_was_never_completed_has_no_page() {
    assert!(PageView::of(&pending(), &path(), NameMask::FirstCharacter).is_none());
}

#[test]
fn a_secured_household_reads_its_result_first_and_then_everything_public() {
    assert_eq!(
        text(&page_of(&appraised())),
        "住房安全有保障|基本信息|户主|测***|身份证号|110105*****002X|联系方式|139*****0003\
         |地址|镇雄县 果珠乡 云岭村|保障信息|保障方式|鉴定安全|鉴定等级|A级|核验时间|2020年6月3日\
         |核验人|测试员|职务|驻村第一书记|给果珠乡打电话|0870-3120000|调研信息|暂无|反馈信息|暂无|反映问题、查看处理结果|本页说明\
         |本页只用于公开本户的住房安全核验结果，身份证号和电话只显示一部分。由果珠乡负责。\
         |核验结果、身份证号、电话有误，请告诉村干部或乡镇；姓名、家庭成员有误，请找当地扶贫办。\
         |记录编号|0123456789ab"
    );
}

#[test]
fn every_guarantee_is_shown_in_the_words_of_the_form() {
    for (answer, [way, detail]) in secured_answers() {
        let text = text(&page_of(&completed(&answer)));
        assert!(text.starts_with("住房安全有保障|"), "{answer}");
        assert!(text.contains(&format!("|保障方式|{way}|")), "{answer}: {text}");
        assert!(text.contains(&format!("|{detail}|核验时间|")), "{answer}: {text}");
    }
}

#[test]
fn an_unsecured_household_is_not_told_that_it_is_safe() {
    let text = text(&page_of(&unsecured()));
    assert!(text.starts_with("住房安全未保障|如有困难"), "{text}");
    assert!(!text.contains("有保障") && !text.contains("保障方式"));
    assert!(text.contains("|核验时间|2020年6月3日|核验人|测试员|"));
}

#[test]
fn while_it_is_verified_again_no_result_stands() {
    let text = text(&page_of(&reopened()));
    assert!(text.starts_with("正在重新核验|"), "{text}");
    for result in ["有保障", "未保障", "鉴定安全", "A级", "2020年", "测试员"] {
        assert!(!text.contains(result), "{result}");
    }
    assert!(text.contains("|110105*****002X|"), "who it is about stays");
}

#[test]
fn a_household_that_left_shows_no_result() {
    let text = text(&page_of(&left()));
    assert!(text.starts_with("本户已不在册|"), "{text}");
    assert!(!text.contains("保障信息"));
}

#[test]
fn each_status_differs_in_word_and_mark_not_only_in_colour() {
    let shown = [appraised(), unsecured(), reopened(), left()].map(|household| {
        let html = page_of(&household);
        let mark = html.split("<svg").nth(1).unwrap().split("</svg>").next().unwrap().to_owned();
        (mark, text(&html).split('|').next().unwrap().to_owned())
    });
    for (index, (mark, word)) in shown.iter().enumerate() {
        assert!(shown[..index].iter().all(|(other, name)| other != mark && name != word));
    }
}

#[test]
fn no_page_holds_a_full_name_number_house_note_or_the_token() {
    for (name, household) in all() {
        let html = page_of(&household);
        let token = household.lookup.as_ref().unwrap().as_str();
        // The way to report leads over the page's own address.
        let html = html.replace(&format!("href=\"{token}/report"), "");
        let secrets = [ID_NUMBER, LONG_ID_NUMBER, PHONE, CORRECTED_PHONE, VERIFIER_PHONE, HEAD, HOUSE, token];
        for secret in secrets.into_iter().chain(["不公开", &household.id.to_string()]) {
            assert!(!html.contains(secret), "{name} holds {secret}");
        }
    }
}

#[test]
fn no_page_holds_a_run_of_digits_as_long_as_a_phone_but_the_offices() {
    for (name, household) in all() {
        let html = page_of(&household).replace("tel:08703120000", "").replace("0123456789ab", "");
        let html = html.split_once("<script").unwrap().0;
        let (_, body) = html.split_once("</head>").unwrap();
        let longest = body.split(|character: char| !character.is_ascii_digit()).map(str::len).max();
        assert!(longest.unwrap() <= 7, "{name}");
    }
}

#[test]
fn the_full_name_is_shown_only_where_that_is_configured() {
    assert!(with_names(NameMask::Full).contains(HEAD));
    assert!(!with_names(NameMask::FirstCharacter).contains(HEAD));
    assert_eq!(NameMask::default(), NameMask::FirstCharacter);
}

#[test]
fn a_corrected_number_stands_before_the_registers() {
    assert!(text(&page_of(&appraised())).contains("139*****0003"));
    let mut household = appraised();
    household.progress = anju_domain::household::Progress::Left;
    assert!(text(&page_of(&household)).contains("138*****0002"), "without a form the register's counts");
    household.head.phone = "none".to_owned().into();
    assert!(text(&page_of(&household)).contains("|联系方式|待核实|"));
}

#[test]
fn reports_are_counted_and_not_told() {
    let mut household = appraised();
    household.feedback = FeedbackCounts { open: 1, handled: 2, escalated_to: None };
    let text = text(&page_of(&household));
    assert!(text.contains("|反馈信息|未处理|1 件|已处理|2 件|"), "{text}");
}

#[test]
fn of_a_report_its_day_type_and_status_are_public_and_nothing_else() {
    let mut household = appraised();
    household.feedback = FeedbackCounts { open: 1, handled: 1, escalated_to: None };
    let view = PageView::of(&household, &path(), NameMask::FirstCharacter).unwrap();
    let text = text(&page(&view.with_reports(&reports())).unwrap());
    assert!(
        text.contains("|未处理|2020年6月5日 房屋质量问题|已处理|2020年6月3日 资金补助问题|反映"),
        "{text}"
    );
    for hidden in ["墙体开裂", "补助未到", "已补发", "处理人"] {
        assert!(!text.contains(hidden), "{hidden}");
    }
}

#[test]
fn the_latest_ten_reports_are_listed_and_the_page_says_so() {
    let mut household = appraised();
    household.feedback = FeedbackCounts { open: 6, handled: 6, escalated_to: None };
    let listed = |count: usize| {
        let reports: Vec<_> = reports().into_iter().cycle().take(count).collect();
        let view = PageView::of(&household, &path(), NameMask::FirstCharacter).unwrap();
        text(&page(&view.with_reports(&reports)).unwrap())
    };
    let (ten, twelve) = (listed(10), listed(12));
    let rows =
        |text: &str| text.matches("2020年6月3日 资金").count() + text.matches("2020年6月5日 房屋").count();
    assert_eq!((rows(&ten), rows(&twelve)), (10, 10));
    assert!(!ten.contains("只列最近10件") && twelve.contains("这里只列最近10件。"));
}

fn surveyed(household: &Household, surveys: &[Survey]) -> String {
    let view = PageView::of(household, &path(), NameMask::FirstCharacter).unwrap();
    page(&view.with_surveys(surveys)).unwrap()
}

#[test]
fn only_public_surveys_are_shown_by_day_finding_and_opinion_without_surveyor_photo_or_number() {
    let surveys =
        [survey(1, "2020-06-03", true), survey(2, "2020-06-02", true), survey(3, "2020-06-03", false)];
    let text = text(&surveyed(&appraised(), &surveys));
    assert!(
        text.contains(
            "|调研信息|调研时间|2020年6月3日|调研结果|结果1 房屋稳固|调研意见|意见1：请联系*****&#60;b&#62;\
             |调研时间|2020年6月2日|调研结果|结果2 房屋稳固|调研意见|意见2：请联系*****&#60;b&#62;|反馈信息"
        ),
        "the latest visit first: {text}"
    );
    for hidden in ["结果3", "调研人甲", "13800000009"] {
        assert!(!text.contains(hidden), "{hidden}");
    }
}

#[test]
fn surveys_stay_while_it_is_verified_again_and_go_when_the_household_left() {
    let surveys = [survey(1, "2020-06-03", true)];
    assert!(surveyed(&reopened(), &surveys).contains("结果1"));
    let many: Vec<Survey> = (1..=5).map(|number| survey(number, "2020-06-03", true)).collect();
    let gone = surveyed(&left(), &many);
    assert!(!gone.contains("房屋稳固") && !gone.contains("调研"), "{gone}");
}

#[test]
fn three_surveys_are_listed_and_long_texts_cut_and_the_page_says_so() {
    let surveys: Vec<Survey> = (1..=4).map(|n| survey(n, &format!("2020-06-0{n}"), true)).collect();
    let page = surveyed(&appraised(), &surveys);
    assert!(page.contains("结果4") && page.contains("结果2") && !page.contains("结果1"));
    assert!(page.contains("这里只列最近3次公开的调研"));
    assert!(!surveyed(&appraised(), &surveys[..3]).contains("这里只列"));
    let mut long = survey(1, "2020-06-03", true);
    long.form.finding = "墙".repeat(101).parse().unwrap();
    let page = surveyed(&appraised(), &[long.clone()]);
    assert!(page.contains(&format!("{}…", "墙".repeat(100))) && page.contains("全文请向乡镇询问"));
    long.form.finding = "墙".repeat(100).parse().unwrap();
    assert!(!surveyed(&appraised(), &[long]).contains("全文"));
}

#[test]
fn the_call_button_dials_the_nearest_public_number() {
    assert!(page_of(&appraised()).contains(r#"href="tel:08703120000""#));
    let mut regions = path();
    regions[3].public_phone = None;
    regions[2].public_phone = Some("12345".to_owned());
    let view = PageView::of(&appraised(), &regions, NameMask::FirstCharacter).unwrap();
    assert!(text(&page(&view).unwrap()).contains("|给镇雄县打电话|12345|"));
    regions[2].public_phone = None;
    let view = PageView::of(&appraised(), &regions, NameMask::FirstCharacter).unwrap();
    assert!(!page(&view).unwrap().contains("tel:"));
}

#[test]
fn hostile_values_stay_text() {
    let attack = r#""><script>alert(1)</script><img src=x onerror='alert(1)'>&"#;
    let mut answer = serde_json::json!({"result": "secured", "guarantee": "appraised", "grade": "a"});
    answer["verifier"] = serde_json::json!({
        "name": "<b onclick=x>", "position": "\"><script src=//x></script>", "phone": VERIFIER_PHONE,
    });
    let mut household = completed(&answer);
    household.head.name = attack.to_owned();
    let mut regions = path();
    regions.iter_mut().for_each(|region| region.name = attack.to_owned());
    regions[3].public_phone = Some(format!("0870{attack}"));
    let html = page(&PageView::of(&household, &regions, NameMask::Full).unwrap()).unwrap();
    for tag in ["<script>", "<img", "<b "] {
        assert!(!html.contains(tag), "{tag}");
    }
    assert_eq!(html.matches("<script").count(), 1, "ours");
    let tags = |html: &str| html.matches('<').count();
    assert_eq!(tags(&html), tags(&page_of(&appraised())), "no value makes a tag");
    assert!(text(&html).contains("script"), "it is shown, escaped");
}

#[test]
fn the_page_asks_for_nothing_else_and_runs_nothing_but_our_script() {
    for (name, household) in all() {
        for html in [page_of(&household).replace(&script(), ""), not_found_page().to_owned()] {
            let forbidden =
                ["<script", "javascript:", "http:", "https:", "//", "@import", "url(", " src=", "<img"];
            for forbidden in forbidden {
                assert!(!html.contains(forbidden), "{name} holds {forbidden}");
            }
            assert!(!html.contains("style=\""), "the policy would block it");
            let handlers = html.split(" on").skip(1);
            let mut handlers = handlers.map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_lowercase()));
            assert!(handlers.all(|rest| !rest.starts_with('=')), "{name}: a handler within the page");
            let links: Vec<&str> = html.split("href=\"").skip(1).collect();
            assert!(links.iter().all(|link| {
                let link = link.split('"').next().unwrap_or_default();
                let report = link.ends_with("/report") || link.ends_with("/report?lang=en");
                report || ["#", "#en"].contains(&link) || link == "data:," || link.starts_with("tel:0")
            }));
        }
    }
}

/// The tag of our script, as browsers check it.
fn script() -> String {
    use base64::Engine as _;
    use sha2::Digest as _;

    let digest = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(SCRIPT));
    format!(r#"<script src="../scripts/{}" integrity="sha256-{digest}" defer></script>"#, script_name())
}

#[test]
fn the_script_comes_last_is_checked_by_its_digest_and_is_in_the_words_of_old_phones() {
    for (name, household) in all() {
        let html = page_of(&household);
        assert!(html.trim_end().ends_with(&format!("{}\n</body>\n</html>", script())), "{name}");
    }
    for modern in ["=>", "const ", "let ", "`", "async ", "?."] {
        assert!(!SCRIPT.contains(modern), "{modern}");
    }
    assert!(!SCRIPT.contains("eval") && !SCRIPT.contains("innerHTML") && !SCRIPT.contains("//w"));
}

#[test]
fn the_page_says_the_same_in_english_behind_a_link_without_another_request() {
    for (name, household) in all() {
        let html = page_of(&household);
        assert!(html.contains(r##"<a href="#en" lang="en" hreflang="en">English</a>"##), "{name}");
        assert!(html.contains(r##"<a href="#" lang="zh-CN" hreflang="zh-CN">中文</a>"##), "{name}");
        let [chinese, english] = ["zh-CN", "en"].map(|language| part(&html, language));
        assert_eq!(chinese.matches('<').count(), english.matches('<').count(), "{name}: as much in both");
        let english = text_of(english);
        for shared in ["110105*****002X", "镇雄县 果珠乡 云岭村", "0870-3120000", "0123456789ab"] {
            assert_eq!(html.contains(shared), english.contains(shared), "{name}: {shared}");
        }
    }
    let english = text_of(part(&page_of(&appraised()), "en"));
    assert!(
        english.starts_with("Housing safety is secured|Read aloud|Household|Head|测***|ID number|"),
        "{english}"
    );
    assert!(english.contains("|Grade|A|Verified on|3 June 2020|Verifier|测试员|"), "{english}");
    let english = text_of(part(&page_of(&unsecured()), "en"));
    assert!(english.starts_with("Housing safety is not secured|"), "{english}");
}

#[test]
fn every_page_says_that_it_is_chinese_and_not_to_be_indexed() {
    for html in [page_of(&appraised()), not_found_page().to_owned()] {
        assert!(html.starts_with("<!doctype html>\n<html lang=\"zh-CN\">"));
        assert!(html.contains(r#"<meta name="robots" content="noindex">"#));
        assert!(html.contains(r#"<meta name="referrer" content="no-referrer">"#));
        assert!(html.trim_end().ends_with("</html>"));
    }
}

/// A survey in characters that are all different.
fn wordy(number: u32) -> Survey {
    let words = |start: u32| -> String {
        (0..1000).filter_map(|n| char::from_u32(0x4e00 + (start + n * 7919) % 20_000)).collect()
    };
    let mut survey = survey(number, "2020-06-03", true);
    survey.form.finding = words(number * 131).parse().unwrap();
    survey.form.opinion = words(number * 257 + 9).parse().unwrap();
    survey
}

/// As many reports and surveys as there can be, in words that don't compress.
fn fullest() -> String {
    let mut household = appraised();
    household.feedback = FeedbackCounts { open: 65_535, handled: 65_535, escalated_to: None };
    let reports: Vec<_> = reports().into_iter().cycle().take(20).collect();
    let surveys: Vec<Survey> = (1..=9).map(wordy).collect();
    let view = PageView::of(&household, &path(), NameMask::Full).unwrap();
    page(&view.with_reports(&reports).with_surveys(&surveys)).unwrap()
}

#[test]
fn every_page_is_at_most_5_kilobytes_over_the_wire() {
    let pages = all().into_iter().map(|(_, household)| page_of(&household));
    for html in pages.chain([fullest(), not_found_page().to_owned()]) {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(html.as_bytes()).unwrap();
        let size = encoder.finish().unwrap().len();
        assert!(size <= 5 * 1024, "{size} bytes");
    }
}

#[test]
fn the_policy_allows_the_one_style_sheet_and_nothing_else() {
    use base64::Engine as _;
    use sha2::Digest as _;

    let policy = header("content-security-policy");
    for html in [page_of(&appraised()), not_found_page().to_owned()] {
        let styles: Vec<&str> = html.split("<style>").skip(1).collect();
        let [style] = styles[..] else { panic!("{} style sheets", styles.len()) };
        let digest = sha2::Sha256::digest(style.split("</style>").next().unwrap());
        let source =
            format!("style-src 'sha256-{}'", base64::engine::general_purpose::STANDARD.encode(digest));
        assert!(policy.contains(&source), "{policy}");
        let (repeated, rest) = policy.split_once("; frame-ancestors").unwrap();
        assert_eq!(rest, " 'none'");
        assert!(html.contains(&format!("content=\"{repeated}\"")), "the page repeats the policy");
    }
    assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"));
}

#[test]
fn headers_keep_the_page_private_and_fresh() {
    assert_eq!(header("cache-control"), CACHE_CONTROL);
    assert!(CACHE_CONTROL.contains("max-age=60"));
    assert_eq!(header("referrer-policy"), "no-referrer");
    assert_eq!(header("x-robots-tag"), "noindex");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(headers().iter().all(|(name, _)| *name != "set-cookie"));
}

#[test]
fn the_same_record_gives_the_same_bytes() {
    assert_eq!(page_of(&appraised()), page_of(&appraised()));
}

#[test]
fn the_page_of_an_unknown_token_names_no_household() {
    let (_, body) = not_found_page().split_once("</head>").unwrap();
    assert_eq!(
        text_of(body),
        "没有找到这个页面|二维码可能已更换。请扫描家中最新的二维码，或向村干部询问。|This page was not found\
         |The code may have been replaced. Scan the latest one in your home, or ask the village."
    );
}

#[test]
#[ignore = "writes the pages to files, to look at them in a browser"]
fn write_every_page_to_a_file() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("lookup-pages");
    std::fs::create_dir_all(&folder).unwrap();
    let pages = all().into_iter().map(|(name, household)| (name, page_of(&household)));
    let others = [("fullest", fullest()), ("not-found", not_found_page().to_owned())];
    for (name, html) in pages.chain(others.map(|(name, html)| (name.to_owned(), html))) {
        std::fs::write(folder.join(format!("{name}.html")), html).unwrap();
    }
    println!("{}", folder.display());
}
