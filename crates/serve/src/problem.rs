//! Requests that fail: the status and the body that clients of `OpenAI`'s API expect.

use crate::http::Response;
use charnn_message::{Describe, Language, Message, Text, text, visible};
use serde_json::json;

/// Why a request fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    status: u16,
    /// What programs match on.
    code: &'static str,
    message: Text,
    /// The parameter that is wrong.
    parameter: Option<&'static str>,
    /// The methods that the path has.
    allow: Option<&'static str>,
    /// Whether the request may succeed a little later.
    retry: bool,
}

impl Problem {
    pub(crate) fn new(status: u16, code: &'static str, message: Text) -> Self {
        Self { status, code, message, parameter: None, allow: None, retry: false }
    }

    /// A parameter that is wrong.
    pub(crate) fn parameter(name: &'static str, message: Text) -> Self {
        Self { parameter: Some(name), ..Self::new(400, "invalid_value", message) }
    }

    /// The same about a parameter.
    pub(crate) fn about(self, parameter: &'static str) -> Self {
        Self { parameter: Some(parameter), ..self }
    }

    /// What a library reports of a request.
    pub(crate) fn of(status: u16, parameter: Option<&'static str>, error: &impl Describe) -> Self {
        let Message { code, message, .. } = error.describe();
        Self { parameter, ..Self::new(status, code, message) }
    }

    pub(crate) fn not_found() -> Self {
        let message = text!(en: "there is nothing at this address", zh: "此地址没有内容");
        Self::new(404, "not_found", message)
    }

    pub(crate) fn wrong_method(allow: &'static str) -> Self {
        let message =
            text!(en: "this address takes {allow} requests", zh: "此地址只接受 {allow} 请求");
        Self { allow: Some(allow), ..Self::new(405, "wrong_method", message) }
    }

    pub(crate) fn busy() -> Self {
        let message = text!(
            en: "the server is writing as many texts as it can; try again soon",
            zh: "服务器正在生成的文本已达上限，请稍后再试"
        );
        Self { retry: true, ..Self::new(429, "rate_limit_exceeded", message) }
    }

    pub(crate) fn too_slow() -> Self {
        let message = text!(
            en: "the request took longer than a minute",
            zh: "请求用时超过了一分钟"
        );
        Self::new(504, "timeout", message)
    }

    pub(crate) fn internal() -> Self {
        let message = text!(en: "the server failed", zh: "服务器出错");
        Self::new(500, "internal_error", message)
    }

    fn kind(&self) -> &'static str {
        match self.status {
            401 => "authentication_error",
            403 | 421 => "permission_error",
            404 => "not_found_error",
            429 => "rate_limit_error",
            500.. => "server_error",
            _ => "invalid_request_error",
        }
    }

    /// The body.
    pub(crate) fn json(&self, language: Language) -> serde_json::Value {
        let message = visible(self.message.in_language(language));
        json!({ "error": {
            "message": message, "type": self.kind(), "param": self.parameter, "code": self.code
        } })
    }

    pub(crate) fn response(&self, language: Language) -> Response {
        let mut response = Response::json(self.status, &self.json(language));
        let allow = self.allow.map(|allow| ("Allow", allow.to_owned()));
        let retry = self.retry.then(|| ("Retry-After", "1".to_owned()));
        let challenge = (self.status == 401).then(|| ("WWW-Authenticate", "Bearer".to_owned()));
        response.headers.extend(allow.into_iter().chain(retry).chain(challenge));
        response
    }
}
