//! The public page, as somebody who knows nothing but an address gets it.

use std::collections::BTreeMap;
use std::io::Read as _;

use anju_tests::{Answer, Stack, forms, qr};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::GzDecoder;
use http::StatusCode;
use sha2::{Digest as _, Sha256};

/// The headers of an answer but for those that differ from one call to the next.
fn lasting_headers(answer: &Answer) -> BTreeMap<String, String> {
    let passing = ["apigw-requestid", "content-length", "date", "x-request-id"];
    let headers = answer.headers.iter().filter(|(name, _)| !passing.contains(&name.as_str()));
    headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect()
}

#[tokio::test]
async fn nobody_can_tell_an_unknown_address_from_a_malformed_one() {
    let stack = Stack::of_one_village().await;
    let inside = stack.inside().await;
    let (officer, id) = (stack.officer(0).await, stack.household(0, 1));
    let completed = officer.complete(&id, &forms::unsecured()).if_match(1).send().await;
    let completed = completed.expect(StatusCode::OK).json();
    inside.published(stack.register()).await;
    let anybody = stack.anybody();
    let page = anybody.get(completed["lookup"]["url"].as_str().unwrap()).send().await.expect(StatusCode::OK);
    let token = completed["lookup"]["token"].as_str().unwrap();
    assert_eq!(page.text(), inside.page(&token.parse().unwrap()).await.unwrap().html);

    let almost: String = token.chars().rev().collect();
    for path in [almost.as_str(), "abcdefghijkmnpqrstuvwxyz", "nothing", &token[1..], "%2e%2e%2fsecrets"] {
        let missing = anybody.get(&format!("/q/{path}")).send().await.expect(StatusCode::NOT_FOUND);
        let other = anybody.get("/q/zzzzzzzzzzzzzzzzzzzzzzzz").send().await;
        assert_eq!(missing.text(), other.text(), "{path}");
        assert_eq!(lasting_headers(&missing), lasting_headers(&page), "{path}");
    }
}

#[tokio::test]
async fn the_page_is_nobody_s_business_but_the_reader_s() {
    let stack = Stack::of_one_village().await;
    let page = stack.anybody().get("/q/abcdefghijkmnpqrstuvwxyz").send().await;
    for (name, value) in [
        ("content-type", "text/html; charset=utf-8"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("x-robots-tag", "noindex"),
    ] {
        assert_eq!(page.header(name), value);
    }
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
}

#[tokio::test]
async fn the_qr_code_is_a_crisp_png_of_600_pixels_once_there_is_a_page() {
    let stack = Stack::of_one_village().await;
    let (officer, id) = (stack.officer(0).await, stack.household(0, 1));
    let path = format!("/v1/households/{id}/qr.png");
    officer.get(&path).send().await.expect_problem(StatusCode::CONFLICT, "not_completed");
    let completed = officer.complete(&id, &forms::unsecured()).if_match(1).send().await;
    let completed = completed.expect(StatusCode::OK).json();
    let png = officer.get(&path).send().await.expect(StatusCode::OK);
    assert_eq!(png.header("content-type"), "image/png");
    let (text, across) = qr::read_png(&png.body);
    assert_eq!(text, completed["lookup"]["url"].as_str().unwrap());
    assert!(across >= 600, "{across}");
}

/// The public page of the first household, completed.
async fn page_of_the_first(stack: &Stack) -> String {
    let inside = stack.inside().await;
    let (officer, id) = (stack.officer(0).await, stack.household(0, 1));
    let completed = officer.complete(&id, &forms::unsecured()).if_match(1).send().await;
    let completed = completed.expect(StatusCode::OK).json();
    inside.published(stack.register()).await;
    completed["lookup"]["url"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn browsers_that_take_it_get_the_pages_compressed_to_at_most_5_kilobytes() {
    let stack = Stack::of_one_village().await;
    let (url, anybody) = (page_of_the_first(&stack).await, stack.anybody());
    for (page, varies) in [(url.clone(), false), (format!("{url}/report"), true), (format!("{url}x"), false)]
    {
        let plain = anybody.get(&page).send().await;
        assert!(!plain.headers.contains_key("content-encoding") && plain.header("vary") == "accept-encoding");
        let refused = anybody.get(&page).header("accept-encoding", "br, gzip;q=0").send().await;
        assert!(!refused.headers.contains_key("content-encoding"), "{page}");
        let packed = anybody.get(&page).header("accept-encoding", "br;q=1.0, gzip;q=0.8").send().await;
        assert_eq!((packed.status, packed.header("content-encoding")), (plain.status, "gzip"), "{page}");
        assert!(packed.body.len() <= 5 * 1024, "{page}: {} bytes", packed.body.len());
        let mut html = String::new();
        GzDecoder::new(&packed.body[..]).read_to_string(&mut html).unwrap();
        // The form has another captcha each time.
        assert!(varies || html == plain.text(), "{page}");
        assert!(html.trim_end().ends_with("</html>"));
    }
}

#[tokio::test]
async fn the_script_is_the_one_whose_digest_the_pages_name_and_no_other() {
    let stack = Stack::of_one_village().await;
    let (url, anybody) = (page_of_the_first(&stack).await, stack.anybody());
    for page in [url.clone(), format!("{url}/report")] {
        let html = anybody.get(&page).send().await.expect(StatusCode::OK).text();
        let tag = html.split("<script ").nth(1).unwrap();
        let attribute = |name: &str| {
            let (_, value) = tag.split_once(&format!("{name}=\"")).unwrap();
            value.split('"').next().unwrap().to_owned()
        };
        let name = attribute("src").trim_start_matches("../").to_owned();
        let script = anybody.get(&format!("/{name}")).send().await.expect(StatusCode::OK);
        let digest = format!("sha256-{}", STANDARD.encode(Sha256::digest(&script.body)));
        assert_eq!(digest, attribute("integrity"), "{page}");
        assert_eq!(script.header("content-type"), "text/javascript; charset=utf-8");
        assert_eq!(script.header("cache-control"), "public, max-age=31536000, immutable");
    }
    let other = anybody.get("/scripts/page-0123456789abcdef.js").send().await;
    other.expect_problem(StatusCode::NOT_FOUND, "not_found");
}
