//! What operators see of a run: metrics and traces, as lines of the functions' logs.

use anju_register::Plan;
use anju_tests::{Stack, forms};
use http::StatusCode;
use serde_json::{Value, json};

/// The lines of a log that are JSON objects.
fn lines(log: &str) -> Vec<Value> {
    log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()).collect()
}

/// How much of a metric a function's log adds up to, and in how many lines.
fn counted(stack: &Stack, function: &str, metric: &str) -> (u64, usize) {
    let of_metric = lines(&stack.log_of(function)).into_iter().filter(|line| {
        line["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Name"] == metric && line["Stage"] == "local"
    });
    let values: Vec<u64> = of_metric.filter_map(|line| line[metric].as_u64()).collect();
    (values.iter().sum(), values.len())
}

#[tokio::test]
async fn a_verification_is_one_metric_however_often_it_is_sent_or_corrected() {
    let stack = Stack::of_one_village().await;
    let (officer, id) = (stack.officer(0).await, stack.household(0, 1));
    let form = forms::unsecured();
    officer.complete(&id, &form).if_match(7).send().await.expect(StatusCode::PRECONDITION_FAILED);
    assert_eq!(counted(&stack, "complete-verification", "VerificationsCompleted"), (0, 0));
    for _ in 0..3 {
        officer.complete(&id, &form).if_match(1).once("visit").send().await.expect(StatusCode::OK);
    }
    officer.complete(&id, &form).if_match(2).once("corrected").send().await.expect(StatusCode::OK);
    assert_eq!(counted(&stack, "complete-verification", "VerificationsCompleted"), (1, 1));
    let other = stack.household(0, 7);
    officer.complete(&other, &form).if_match(1).send().await.expect(StatusCode::OK);
    assert_eq!(counted(&stack, "complete-verification", "VerificationsCompleted"), (2, 2));
}

#[tokio::test]
async fn a_refused_sign_in_is_counted() {
    let stack = Stack::of_one_village().await;
    let anybody = stack.anybody();
    anybody.session(stack.village(0).as_str(), "Wrong-Pass-7").await.expect(StatusCode::UNAUTHORIZED);
    anybody.session("999999", "Wrong-Pass-7").await.expect(StatusCode::UNAUTHORIZED);
    assert_eq!(counted(&stack, "create-session", "SignInsRefused"), (2, 2));
}

#[tokio::test]
async fn traces_are_written_where_they_are_switched_on_and_nowhere_else() {
    let stack = Stack::of_one_village().await;
    stack.officer(0).await;
    let spans = |stack: &Stack, function: &str| -> Vec<Value> {
        let traced =
            lines(&stack.log_of(function)).into_iter().filter(|line| line["resourceSpans"].is_array());
        traced.map(|line| line["resourceSpans"][0].clone()).collect()
    };
    assert!(!stack.log_of("create-session").is_empty());
    assert_eq!(spans(&stack, "create-session"), Vec::<Value>::new());

    let plan = Plan::new(1, 1, 8).unwrap();
    let stack = Stack::with_parameters(&plan, &["Traces=on"]).await;
    stack.officer(0).await;
    let spans = spans(&stack, "create-session");
    let of = |span: &Value| span["scopeSpans"][0]["spans"][0].clone();
    let call = spans.iter().map(of).find(|span| span["name"] == "Lambda runtime invoke").unwrap();
    let requests: Vec<_> = spans.iter().map(of).filter(|span| span["traceId"] == call["traceId"]).collect();
    assert!(
        requests
            .iter()
            .any(|span| span["name"] == "DynamoDB.GetItem" && span["parentSpanId"] == call["spanId"])
    );
    let service = &spans[0]["resource"]["attributes"][0];
    assert!(service["value"]["stringValue"].as_str().unwrap().ends_with("CreateSession"), "{service}");
    assert_eq!(service["key"], json!("service.name"));
}
