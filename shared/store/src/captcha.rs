//! Captchas: each is used once, right or wrong.

use aws_sdk_dynamodb::types::ReturnValue;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::item;
use crate::transaction::{Write, commit};
use crate::{Control, StoreError, keys};

/// A captcha that was given out.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Captcha {
    /// Its id.
    pub id: String,
    /// What solves it.
    pub answer: String,
    /// When it ends, in seconds since 1970: the table forgets it then.
    pub expires_at: i64,
}

/// Personal data or secrets: never printed by accident.
impl std::fmt::Debug for Captcha {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Captcha({})", self.id)
    }
}

impl Control {
    /// Remembers a captcha.
    pub async fn give_captcha(&self, captcha: &Captcha) -> Result<(), StoreError> {
        let item = item::write(&keys::captcha(&captcha.id), captcha)?;
        commit(&self.client, vec![Write::insert(&self.table, item)?]).await
    }

    /// Uses a captcha up, and says whether `answer` solves it.
    pub async fn use_captcha(&self, id: &str, answer: &str, now: Timestamp) -> Result<bool, StoreError> {
        let deleted = (self.client.delete_item().table_name(&self.table))
            .set_key(Some(keys::captcha(id).attributes()))
            .return_values(ReturnValue::AllOld)
            .send()
            .await
            .map_err(StoreError::sdk("DeleteItem"))?;
        let Some(held) = deleted.attributes else { return Ok(false) };
        let captcha: Captcha = item::read(held)?;
        Ok(captcha.expires_at > now.as_second() && captcha.answer == answer.trim())
    }
}
