"""Uses the API of `charnn serve` with the official openai package. Called by check-serve.sh: URL TOKEN."""

import asyncio
import sys
import time

import openai

url, token = sys.argv[1:]
client = openai.OpenAI(base_url=url, api_key=token, max_retries=0)
model = "builtin:tales"

names = [it.id for it in client.models.list()]
assert model in names and "live" in names, names
assert client.models.retrieve(model).id == model

ask = dict(model=model, prompt="Once upon", max_tokens=120, seed=7, temperature=0.8, top_p=0.95, n=3)
whole = client.completions.create(**ask)
texts = [choice.text for choice in whole.choices]
assert [len(text) for text in texts] == [120] * 3, texts
assert whole.usage.prompt_tokens == 9 and whole.usage.completion_tokens == 360
assert all(choice.finish_reason == "length" for choice in whole.choices)

streamed = ["", "", ""]
usage = None
for event in client.completions.create(**ask, stream=True, stream_options={"include_usage": True}):
    usage = event.usage or usage
    for choice in event.choices:
        streamed[choice.index] += choice.text
assert streamed == texts, streamed
assert usage.total_tokens == 369

stop = client.completions.create(**{**ask, "n": 1, "max_tokens": 2000, "stop": [". "]}).choices[0]
assert stop.finish_reason == "stop" and ". " not in stop.text, stop
scored = client.completions.create(model=model, prompt="The cat", max_tokens=0, echo=True, logprobs=3).choices[0]
assert scored.text == "The cat" and len(scored.logprobs.token_logprobs) == 7
assert scored.logprobs.token_logprobs[0] is None and scored.logprobs.token_logprobs[1] < 0
assert all(len(top) >= 3 for top in scored.logprobs.top_logprobs[1:])
extra = client.completions.create(model=model, prompt="The", max_tokens=9, extra_body={"top_k": 1}).choices[0]
assert len(extra.text) == 9
assert client.completions.create(model="live", prompt="The ", max_tokens=5).model == "live"

for wrong, error in [
    (lambda: client.completions.create(model="none", prompt="a"), openai.NotFoundError),
    (lambda: client.completions.create(model=model, prompt="a", temperature=-1), openai.BadRequestError),
    (lambda: client.with_options(api_key="wrong").models.list(), openai.AuthenticationError),
]:
    try:
        wrong()
    except error as problem:
        assert problem.code and problem.message, problem
    else:
        raise AssertionError(f"no {error.__name__}")


async def many(count):
    """So many requests at once; each gets the text of its seed."""
    async with openai.AsyncOpenAI(base_url=url, api_key=token, max_retries=0, timeout=120) as client:
        same = dict(model=model, prompt="It was", max_tokens=60, temperature=0.5)
        requests = [client.completions.create(**same, seed=number % 8) for number in range(count)]
        return [answer.choices[0].text for answer in await asyncio.gather(*requests)]


start = time.monotonic()
texts = asyncio.run(many(1000))
assert all(text == texts[number % 8] for number, text in enumerate(texts)) and len(set(texts)) == 8
print(f"the openai package works with charnn serve; 1,000 requests at once in {time.monotonic() - start:.1f} s")
