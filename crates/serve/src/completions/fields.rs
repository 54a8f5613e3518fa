//! Reading the parameters of a request, with problems that name the parameter.

use crate::problem::Problem;
use charnn_message::text;
use serde_json::{Map, Value};
use std::ops::RangeInclusive;

/// The fields of a request.
pub(super) struct Fields<'a>(pub(super) &'a Map<String, Value>);

impl<'a> Fields<'a> {
    /// A field that is there and not null.
    pub(super) fn get(&self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn number(
        &self,
        name: &'static str,
        allowed: RangeInclusive<f64>,
    ) -> Result<Option<f64>, Problem> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let number = value.as_f64().filter(|number| allowed.contains(number));
        let (least, most) = (allowed.start(), allowed.end());
        let expected = || {
            text!(
                en: "{name}: expected a number from {least} to {most}",
                zh: "{name}：应为 {least} 到 {most} 之间的数"
            )
        };
        number.map(Some).ok_or_else(|| Problem::parameter(name, expected()))
    }

    pub(super) fn whole(
        &self,
        name: &'static str,
        allowed: RangeInclusive<u64>,
    ) -> Result<Option<u64>, Problem> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let number = value.as_u64().filter(|number| allowed.contains(number));
        let (least, most) = (allowed.start(), allowed.end());
        let expected = || match *most {
            u64::MAX => text!(
                en: "{name}: expected a whole number, {least} or more",
                zh: "{name}：应为不小于 {least} 的整数"
            ),
            _ => text!(
                en: "{name}: expected a whole number from {least} to {most}",
                zh: "{name}：应为 {least} 到 {most} 之间的整数"
            ),
        };
        number.map(Some).ok_or_else(|| Problem::parameter(name, expected()))
    }

    /// [`Fields::whole`] as a size.
    pub(super) fn size(
        &self,
        name: &'static str,
        allowed: RangeInclusive<u64>,
    ) -> Result<Option<usize>, Problem> {
        let whole = self.whole(name, allowed)?;
        Ok(whole.map(|whole| usize::try_from(whole).unwrap_or(usize::MAX)))
    }

    pub(super) fn flag(&self, name: &'static str) -> Result<bool, Problem> {
        match self.get(name) {
            None => Ok(false),
            Some(value) => value.as_bool().ok_or_else(|| {
                let message =
                    text!(en: "{name}: expected true or false", zh: "{name}：应为 true 或 false");
                Problem::parameter(name, message)
            }),
        }
    }

    pub(super) fn string(&self, name: &'static str) -> Result<Option<&'a str>, Problem> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => value.as_str().map(Some).ok_or_else(|| {
                let message = text!(en: "{name}: expected a string", zh: "{name}：应为字符串");
                Problem::parameter(name, message)
            }),
        }
    }

    /// A string or a list of them.
    pub(super) fn strings(&self, name: &'static str, most: usize) -> Result<Vec<String>, Problem> {
        let wrong = || {
            let message = text!(
                en: "{name}: expected a string, or a list of at most {most} strings",
                zh: "{name}：应为字符串，或最多 {most} 个字符串的列表"
            );
            Problem::parameter(name, message)
        };
        match self.get(name) {
            None => Ok(Vec::new()),
            Some(Value::String(text)) => Ok(vec![text.clone()]),
            Some(Value::Array(values)) if values.len() <= most => {
                let string = |value: &Value| value.as_str().map(ToOwned::to_owned);
                values.iter().map(string).collect::<Option<_>>().ok_or_else(wrong)
            }
            Some(_) => Err(wrong()),
        }
    }
}
