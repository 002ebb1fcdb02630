//! A dead-letter queue and the one whose messages end there, as the queues themselves have it.

use std::collections::HashMap;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::{DisplayErrorContext, SdkError};
use aws_sdk_sqs::types::QueueAttributeName;
use serde::Deserialize;

use crate::Failure;

/// Addresses of two queues.
pub(crate) struct Pair {
    /// The dead-letter queue.
    pub(crate) dead: String,
    /// The queue that its messages come from.
    pub(crate) source: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RedrivePolicy {
    dead_letter_target_arn: String,
}

/// What the SDK says of a failure.
pub(crate) fn failed<E, R>(operation: &'static str) -> impl FnOnce(SdkError<E, R>) -> Failure
where
    E: std::error::Error + 'static,
    R: std::fmt::Debug,
{
    move |error| Failure::Queue { operation, cause: DisplayErrorContext(&error).to_string() }
}

/// A queue's name, by its address.
pub(crate) fn name(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or(url)
}

impl Pair {
    /// The dead-letter queue that this name means, and its source.
    pub(crate) async fn of(client: &Client, meant: &str) -> Result<Pair, Failure> {
        let urls = all(client).await?;
        let dead = one_of(&urls, meant)?.to_owned();
        let arn = attributes(client, &dead).await?.remove(&QueueAttributeName::QueueArn).unwrap_or_default();
        let mut sources = Vec::new();
        for url in &urls {
            let policy = attributes(client, url).await?.remove(&QueueAttributeName::RedrivePolicy);
            let policy = policy.and_then(|policy| serde_json::from_str::<RedrivePolicy>(&policy).ok());
            if policy.is_some_and(|policy| policy.dead_letter_target_arn == arn) {
                sources.push(url.clone());
            }
        }
        match <[String; 1]>::try_from(sources) {
            Ok([source]) => Ok(Pair { dead, source }),
            Err(none) if none.is_empty() => Err(Failure::NoSource(name(&dead).to_owned())),
            Err(several) => Err(Failure::SeveralSources(name(&dead).to_owned(), names(&several))),
        }
    }
}

fn one_of<'a>(urls: &'a [String], meant: &str) -> Result<&'a str, Failure> {
    if let Some(exact) = urls.iter().find(|url| name(url) == meant || *url == meant) {
        return Ok(exact);
    }
    let like: Vec<&str> = urls.iter().map(String::as_str).filter(|url| name(url).contains(meant)).collect();
    match like.as_slice() {
        [] => Err(Failure::NoQueue(meant.to_owned())),
        &[one] => Ok(one),
        several => Err(Failure::SeveralQueues(meant.to_owned(), names(several))),
    }
}

fn names(urls: &[impl AsRef<str>]) -> String {
    urls.iter().map(|url| name(url.as_ref())).collect::<Vec<_>>().join(", ")
}

async fn all(client: &Client) -> Result<Vec<String>, Failure> {
    let pages = client.list_queues().max_results(1000).into_paginator().send();
    let pages: Result<Vec<_>, _> = pages.collect().await;
    let pages = pages.map_err(failed("ListQueues"))?;
    Ok(pages.into_iter().flat_map(|page| page.queue_urls.unwrap_or_default()).collect())
}

async fn attributes(client: &Client, url: &str) -> Result<HashMap<QueueAttributeName, String>, Failure> {
    let asked = client.get_queue_attributes().queue_url(url).attribute_names(QueueAttributeName::All);
    let got = asked.send().await.map_err(failed("GetQueueAttributes"))?;
    Ok(got.attributes.unwrap_or_default())
}

/// About how many messages are in a queue, visible or not.
pub(crate) async fn waiting(client: &Client, url: &str) -> Result<u64, Failure> {
    let held = attributes(client, url).await?;
    let kinds = [
        QueueAttributeName::ApproximateNumberOfMessages,
        QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
    ];
    let count = |kind| held.get(kind).and_then(|count| count.parse::<u64>().ok()).unwrap_or(0);
    Ok(kinds.iter().map(count).sum())
}
