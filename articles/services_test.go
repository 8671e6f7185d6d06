package articles

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/sashabaranov/go-openai"

	"magpie/articles/openaitest"
)

// service is an answer as one of the services gives it, made here from what the source
// describes, and what becomes of it.
type service struct {
	name, source string
	reply        openaitest.Reply
	text         string // what is written
	code, detail string // of the WriteError, where there is one
	in, out      int    // tokens
}

func streamOf(events ...string) openaitest.Reply {
	var b strings.Builder
	for _, e := range events {
		b.WriteString("data: " + e + "\n\n")
	}
	return openaitest.Reply{Body: b.String()}
}

func said(text string) string {
	raw, _ := json.Marshal(text)
	return `{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":` + string(raw) + `},"finish_reason":null}]}`
}

func ended(reason string) string {
	return `{"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"` + reason + `"}]}`
}

const done = "[DONE]"

var ask = []openai.ChatCompletionMessage{user("Tea")}

func failed(status int, body string) openaitest.Reply {
	return openaitest.Reply{Status: status, Type: "application/json", Body: body}
}

// whole is an answer with status 200 that is plain JSON.
func whole(body string) openaitest.Reply { return failed(200, body) }

// Streams that end well, however odd they are.
var oddStreams = []service{
	{name: "Mistral, parts with thoughts", source: "github.com/BerriAI/litellm/issues/16272, github.com/agentjido/req_llm/issues/742", text: "Tea grows.",
		reply: streamOf(`{"id":"c","choices":[{"index":0,"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"Okay"}]}]},"finish_reason":null}]}`,
			`{"id":"c","choices":[{"index":0,"delta":{"content":[{"type":"text","text":"Tea "},{"type":"text","text":"grows."}]},"finish_reason":null}]}`, ended("stop"), done)},
	{name: "created as a date in words", source: "github.com/sashabaranov/go-openai/issues/1002", text: "Tea",
		reply: whole(`{"id":"","created":"2025/05/16 16:29:57","model":null,"object":"chat.completion","choices":[{"finish_reason":"stop","index":0,"message":{"content":"Tea","role":"assistant","tool_calls":null}}],"usage":{},"code":0,"error_message":""}`)},
	{name: "SambaNova, created with nanoseconds", source: "github.com/envoyproxy/ai-gateway/pull/962", text: "Tea",
		reply: streamOf(strings.ReplaceAll(said("Tea"), `"created":1`, `"created":1234.56789`), ended("stop"), done)},
	{name: "numbers as floats and texts", source: "github.com/sashabaranov/go-openai/issues/1002, github.com/QuantumNous/new-api/issues/6519", text: "Tea", in: 12, out: 7,
		reply: streamOf(`{"id":7,"created":"1","choices":[{"index":"0","delta":{"content":"Tea"},"finish_reason":""}]}`, ended("stop"),
			`{"id":"c","choices":[],"usage":{"prompt_tokens":12.0,"completion_tokens":"7"}}`, done)},
	{name: "Azure, the filter's verdict first", source: "github.com/AbanteAI/archive-old-cli-mentat/issues/429", text: "Tea",
		reply: streamOf(`{"id":"","choices":[],"created":0,"model":"","object":"","prompt_filter_results":[{"prompt_index":0,"content_filter_results":{"hate":{"filtered":false,"severity":"safe"}}}]}`,
			said("Tea"), ended("stop"), done)},
	{name: "Azure, chunks without delta", source: "github.com/langchain-ai/langchain/issues/18977", text: "Tea",
		reply: streamOf(said("Tea"), `{"id":"","choices":[{"finish_reason":null,"index":0,"content_filter_results":{"hate":{"filtered":false}},"content_filter_offsets":{"check_offset":44}}]}`, ended("stop"), done)},
	{name: "OpenRouter, comments", source: "github.com/openai/openai-go/issues/227", text: "Tea",
		reply: openaitest.Reply{Body: ": OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\n" + streamOf(said("Tea"), ended("stop"), done).Body}},
	{name: "llama.cpp, lone colons and no line after [DONE]", source: "github.com/ollama/ollama/pull/16443, github.com/darshi1337/apogee/pull/139", text: "Tea",
		reply: openaitest.Reply{Body: ":\n\n" + streamOf(`{"choices":[{"finish_reason":null,"index":0,"delta":{"role":"assistant","content":null}}]}`, said("Tea")).Body + "data: [DONE]"}},
	{name: "llama.cpp, empty data", source: "github.com/coddy-project/coddy-agent/pull/106", text: "Tea",
		reply: openaitest.Reply{Body: "data:\n\n: ping\n\n" + streamOf(said("Tea"), ended("stop"), done).Body}},
	{name: "Ollama, an empty finish_reason", source: "github.com/ollama/ollama/issues/4357", text: "Tea",
		reply: streamOf(strings.ReplaceAll(said("Tea"), "null", `""`), ended("stop"), done)},
	{name: "no finish_reason at all", source: "github.com/Mintplex-Labs/anything-llm/issues/1475, github.com/earendil-works/pi/issues/5793", text: "Tea",
		reply: streamOf(`{"choices":[{"delta":{"content":"Tea","role":"assistant"},"index":0}]}`, done)},
	{name: "vLLM, the last words beside the reason", source: "github.com/vllm-project/vllm/pull/36944", text: "Tea grows",
		reply: streamOf(said("Tea "), `{"choices":[{"index":0,"delta":{"content":"grows"},"finish_reason":"stop"}]}`, done)},
	{name: "Together, eos", source: "github.com/vespa-engine/vespa/pull/33327", text: "Tea", reply: streamOf(said("Tea"), ended("eos"), done)},
	{name: "Anthropic behind a gateway, end_turn", source: "github.com/songquanpeng/one-api/issues/2406", text: "Tea", reply: streamOf(said("Tea"), ended("end_turn"), done)},
	{name: "Gemini, STOP and no [DONE]", source: "github.com/mozilla-ai/any-llm/pull/1204 (names #1202)", text: "Tea", reply: streamOf(said("Tea"), ended("STOP"))},
	{name: "LM Studio, end", source: "github.com/earendil-works/pi/pull/2116", text: "Tea", reply: streamOf(said("Tea"), ended("end"), done)},
	{name: "Moonshot, usage in the choice", source: "github.com/northes/go-moonshot/issues/17, github.com/higress-group/higress/pull/1568", text: "你好", in: 19, out: 13,
		reply: streamOf(said("你好"), `{"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop","usage":{"prompt_tokens":19,"completion_tokens":13,"total_tokens":32}}]}`, done)},
	{name: "MiniMax, the whole text again at the end", source: "github.com/ENTERPILOT/GoModel/pull/1068, github.com/abundantbeing/hermes-browser-extension/issues/11", text: "Tea grows", in: 3, out: 2,
		reply: streamOf(said("Tea "), said("grows"), `{"object":"chat.completion","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"Tea grows"}}],"usage":{"prompt_tokens":3,"completion_tokens":2},"base_resp":{"status_code":0,"status_msg":""}}`)},
	{name: "MiniMax, a role without a name", source: "github.com/MiniMax-AI/MiniMax-M2.5/issues/2", text: "Tea",
		reply: streamOf(`{"choices":[{"index":0,"delta":{"role":"","reasoning_content":"Hm"}}],"usage":{"total_tokens":0,"total_characters":0},"input_sensitive":false,"output_sensitive":false}`, said("Tea"), ended("stop"), done)},
	{name: "Xunfei, code 0 beside the answer and no space after data:", source: "github.com/BigPizzaV3/CodexPlusPlus/issues/457", text: "你好",
		reply: openaitest.Reply{Body: "data:" + `{"code":0,"message":"Success","sid":"cht","choices":[{"index":0,"delta":{"role":"assistant","content":"你好","plugins_content":null}}]}` + "\n\ndata:[DONE]\n\n"}},
	{name: "reasoning_content is no text", source: "github.com/baidu/vLLM-Kunlun/issues/32", text: "Tea",
		reply: streamOf(`{"choices":[{"index":0,"delta":{"reasoning_content":"分"},"logprobs":null,"finish_reason":null,"token_ids":null}]}`, said("Tea"), ended("stop"), done)},
	{name: "a BOM first, and CRLF", source: "html.spec.whatwg.org/multipage/server-sent-events.html, github.com/openai/openai-python/pull/3819", text: "Tea grows",
		reply: openaitest.Reply{Body: "\uFEFF" + strings.ReplaceAll(streamOf(said("Tea "), said("grows"), ended("stop"), done).Body, "\n", "\r\n")}},
	{name: "a whole answer in place of a stream, over many lines", source: "github.com/langgenius/dify/pull/884, github.com/sashabaranov/go-openai/issues/1002", text: "Tea", in: 4, out: 1,
		reply: whole("{\n  \"id\": \"c\",\n\n  \"choices\": [\n    {\n      \"index\": 0,\n      \"message\": {\n        \"content\": \"Tea\"\n      },\n      \"finish_reason\": \"stop\"\n    }\n  ],\n  \"usage\": {\n    \"prompt_tokens\": 4,\n    \"completion_tokens\": 1\n  }\n}\n")},
	{name: "one event over several lines", source: "html.spec.whatwg.org/multipage/server-sent-events.html", text: "Tea",
		reply: openaitest.Reply{Body: "event: message\nid: 1\ndata: {\"choices\":[\ndata: {\"index\":0,\"delta\":{\"content\":\"Tea\"},\n" + "data: \"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"}},
	{name: "two events without an empty line between", source: "github.com/ggml-org/llama.cpp/issues/14268", text: "Tea grows",
		reply: openaitest.Reply{Body: "data: " + said("Tea ") + "\ndata: " + said("grows") + "\ndata: " + ended("stop") + "\ndata: [DONE]\n"}},
	{name: "error: null in every chunk", source: "github.com/inferencerlabs/inferencer-feedback/issues/42", text: "Tea",
		reply: streamOf(`{"error":null,"choices":[{"index":0,"delta":{"content":"Tea"}}]}`, `{"error":"","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`, done)},
	{name: "Groq, usage of its own", source: "github.com/UKGovernmentBEIS/inspect_ai/pull/5218", text: "Tea", in: 5, out: 6,
		reply: streamOf(said("Tea"), `{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"x_groq":{"id":"req","usage":{"prompt_tokens":5,"completion_tokens":6}}}`, done)},
}

// Failures, each told by a code that has words, and with the service's own words.
var oddFailures = []service{
	{name: "DeepSeek, no balance", source: "github.com/Aider-AI/aider/issues/4851, github.com/continuedev/continue/issues/10121", code: "money", detail: "Insufficient Balance",
		reply: failed(402, `{"error":{"message":"Insufficient Balance","type":"unknown_error","param":null,"code":"invalid_request_error"}}`)},
	{name: "Ollama, error as a text with 404", source: "github.com/TheBlewish/Automated-AI-Web-Researcher-Ollama/issues/42", code: "model", detail: "model 'custom-phi3' not found",
		reply: failed(404, `{"error":"model 'custom-phi3' not found"}`)},
	{name: "xAI, error as a text with 400", source: "github.com/continuedev/continue/issues/10778, github.com/openai/codex/issues/1352", code: "key", detail: "Incorrect API key provided: na***ys. You can obtain an API key from https://console.x.ai.",
		reply: failed(400, `{"code":"Client specified an invalid argument","error":"Incorrect API key provided: na***ys. You can obtain an API key from https://console.x.ai."}`)},
	{name: "error as a text with 401", source: "github.com/TheBlewish/Automated-AI-Web-Researcher-Ollama/issues/42", code: "key", detail: "no", reply: failed(401, `{"error":"no"}`)},
	{name: "error as a text with 429", source: "github.com/TheBlewish/Automated-AI-Web-Researcher-Ollama/issues/42", code: "busy", detail: "slow down", reply: failed(429, `{"error":"slow down"}`)},
	{name: "Gemini, a list", source: "github.com/coreply/coreply/issues/18, github.com/hexdocom/lemonai/issues/54", code: "service", detail: "400 Invalid JSON payload received.",
		reply: failed(400, `[{"error":{"code":400,"message":"Invalid JSON payload received.","status":"INVALID_ARGUMENT"}}]`)},
	{name: "MiniMax, 401", source: "github.com/nearai/ironclaw/issues/1742", code: "key", detail: "login fail: Please carry the API secret key in the 'Authorization' field of the request header (1004)",
		reply: failed(401, `{"type":"error","error":{"type":"authorized_error","message":"login fail: Please carry the API secret key in the 'Authorization' field of the request header (1004)"}}`)},
	{name: "MiniMax, base_resp with status 200", source: "github.com/adrianlyjak/obsidian-aloud-tts/pull/114", code: "money", detail: "insufficient balance",
		reply: whole(`{"base_resp":{"status_code":1008,"status_msg":"insufficient balance"}}`)},
	{name: "MiniMax, base_resp in the stream", source: "github.com/adrianlyjak/obsidian-aloud-tts/pull/114", code: "key", detail: "login fail", text: "Half",
		reply: streamOf(said("Half"), `{"id":"c","choices":null,"base_resp":{"status_code":1004,"status_msg":"login fail"}}`)},
	{name: "Azure, the prompt's filter", source: "github.com/compl-ai/compl-ai/issues/20, github.com/openai/openai-python/issues/331", code: "refused", detail: "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
		reply: failed(400, `{"error":{"message":"The response was filtered due to the prompt triggering Azure OpenAI's content management policy.","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation","content_filter_result":{"violence":{"filtered":true,"severity":"medium"}}}}}`)},
	{name: "Azure, the prompt's filter in the stream", source: "github.com/AbanteAI/archive-old-cli-mentat/issues/429", code: "refused", detail: "jailbreak",
		reply: streamOf(`{"id":"","choices":[],"prompt_filter_results":[{"prompt_index":0,"content_filter_results":{"hate":{"filtered":false},"jailbreak":{"filtered":true,"detected":true}}}]}`, done)},
	{name: "DashScope, inspection", source: "github.com/camel-ai/owl/issues/432", code: "refused", detail: "Input data may contain inappropriate content.",
		reply: failed(400, `{"error":{"code":"data_inspection_failed","param":null,"message":"Input data may contain inappropriate content.","type":"data_inspection_failed"},"id":"c","request_id":"r"}`)},
	{name: "DashScope, inspection amid the stream", source: "github.com/666ghj/BettaFish/issues/572, github.com/QwenLM/qwen-code/issues/2905", code: "refused", text: "Half",
		detail: "<400> InternalError.Algo.DataInspectionFailed: Output data may contain inappropriate content.",
		reply:  streamOf(said("Half"), `{"error":{"message":"<400> InternalError.Algo.DataInspectionFailed: Output data may contain inappropriate content.","code":"data_inspection_failed"}}`)},
	{name: "DashScope, code and message with status 200", source: "github.com/QwenLM/Qwen/issues/938", code: "refused", detail: "Input data may contain inappropriate content.",
		reply: whole(`{"code":"DataInspectionFailed","message":"Input data may contain inappropriate content.","request_id":"17f9"}`)},
	{name: "Zhipu, sensitive", source: "github.com/langgenius/dify/issues/7559, github.com/BerriAI/litellm/pull/24373", code: "refused", text: "Half", reply: streamOf(said("Half"), ended("sensitive"), done)},
	{name: "Gemini, SAFETY", source: "github.com/mozilla-ai/any-llm/pull/1204 (names #1202)", code: "refused", text: "Half", reply: streamOf(said("Half"), ended("SAFETY"))},
	{name: "Gemini, MAX_TOKENS", source: "github.com/mozilla-ai/any-llm/pull/1204 (names #1202)", code: "cut", detail: "length", text: "Half", reply: streamOf(said("Half"), ended("MAX_TOKENS"))},
	{name: "Mistral, model_length", source: "github.com/UKGovernmentBEIS/inspect_ai/pull/5218", code: "cut", detail: "length", text: "Half", reply: streamOf(said("Half"), ended("model_length"), done)},
	{name: "OpenRouter, an error in a chunk", source: "github.com/damianvtran/local-operator/pull/223, github.com/diegosouzapw/OmniRoute/pull/8210", code: "overloaded", text: "Half", detail: "Worker local total request limit reached (33/32)",
		reply: streamOf(said("Half"), `{"id":"gen","object":"chat.completion.chunk","error":{"code":502,"message":"Worker local total request limit reached (33/32)","metadata":{"error_type":"provider_unavailable"}},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}`, done)},
	{name: "an error after the chunk's id, without choices", source: "findings/go-openai-swallows-an-error-in-a-chunk.sh", code: "service", text: "Half", detail: "provider is out",
		reply: streamOf(said("Half"), `{"id":"c1","error":{"message":"provider is out","code":"server_error"}}`, done)},
	{name: "error as a text in the stream", source: "github.com/bigduu/Bamboo-agent/pull/98", code: "service", text: "Half", detail: "provider is out", reply: streamOf(said("Half"), `{"error":"provider is out"}`, done)},
	{name: "Anthropic, event: error", source: "github.com/anthropics/anthropic-sdk-go/issues/200, github.com/karthink/gptel/pull/1512", code: "overloaded", text: "Half", detail: "Overloaded",
		reply: openaitest.Reply{Body: streamOf(said("Half")).Body + "event: error\ndata: {\"type\":\"error\",\"error\":{\"details\":null,\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n"}},
	{name: "event: error with bare words", source: "github.com/odysseus-dev/odysseus/pull/736", code: "service", text: "Half", detail: "the template cannot be rendered",
		reply: openaitest.Reply{Body: streamOf(said("Half")).Body + "event: error\ndata: the template cannot be rendered\n\n"}},
	{name: "llama.cpp, a field called error", source: "github.com/coddy-project/coddy-agent/pull/106", code: "length", detail: "the request exceeds the available context size. try increasing the context size or enable context shift",
		reply: openaitest.Reply{Body: "error: {\"code\":400,\"message\":\"the request exceeds the available context size. try increasing the context size or enable context shift\",\"type\":\"invalid_request_error\"}\n\ndata: [DONE]\n\n"}},
	{name: "SGLang, too long with status 200", source: "github.com/sgl-project/sglang/pull/20027", code: "length", detail: "The input is longer than the model's context length",
		reply: streamOf(`{"error":{"message":"The input is longer than the model's context length","type":"BadRequestError","code":400}}`, done)},
	{name: "vLLM, amid the stream", source: "github.com/vllm-project/guidellm/issues/743", code: "service", detail: "504 TimeoutError", reply: streamOf(`{"error":{"message":"TimeoutError","type":"GatewayTimeout","code":504}}`, done)},
	{name: "Venice, error_type and error_message", source: "github.com/NousResearch/hermes-agent/issues/68451", code: "length", detail: "This model's maximum context length is 163840 tokens",
		reply: streamOf(`{"error_type":"context_length_exceeded","error_message":"This model's maximum context length is 163840 tokens"}`)},
	{name: "LM Studio, error and message", source: "github.com/zendev-sh/goai/pull/110", code: "service", detail: "Compute error.", reply: streamOf(`{"error":{"message":"Compute error."},"message":"Compute error."}`)},
	{name: "Cloudflare, errors", source: "github.com/cloudflare/cloudflare-docs/issues/15116", code: "service", detail: "Upstream service unavailable",
		reply: whole(`{"result":null,"success":false,"errors":[{"code":7009,"message":"Upstream service unavailable"}],"messages":[]}`)},
	{name: "Cloudflare, no such address", source: "github.com/anomalyco/opencode/issues/18552", code: "model", detail: "Could not route to /client/v4/accounts/ai/v1/chat/completions, perhaps your object identifier is invalid?",
		reply: failed(404, `{"result":null,"success":false,"errors":[{"code":7003,"message":"Could not route to /client/v4/accounts/ai/v1/chat/completions, perhaps your object identifier is invalid?"}],"messages":[]}`)},
	{name: "Mistral, JSON in the message", source: "github.com/mistralai/platform-docs-public/issues/7", code: "service", detail: "400 Extra inputs are not permitted body.frequency_penalty",
		reply: failed(400, `{"object":"error","message":"{\"detail\":[{\"type\":\"extra_forbidden\",\"loc\":[\"body\",\"frequency_penalty\"],\"msg\":\"Extra inputs are not permitted\",\"input\":0.0}]}","type":"internal_error_proxy","param":null,"code":"1000"}`)},
	{name: "LiteLLM, an answer inside the words", source: "github.com/Aider-AI/aider/issues/4851", code: "money", detail: "litellm.BadRequestError: DeepseekException: Insufficient Balance",
		reply: failed(400, `{"error":{"message":"litellm.BadRequestError: DeepseekException - {\"error\":{\"message\":\"Insufficient Balance\",\"type\":\"unknown_error\"}}","code":"400"}}`)},
	{name: "one-api, of another service", source: "github.com/songquanpeng/one-api/issues/1290", code: "service", detail: "500 (request id: 2024)",
		reply: failed(500, `{"error":{"message":" (request id: 2024)","type":"upstream_error","param":"422","code":"bad_response_status_code"}}`)},
	{name: "Baidu, error_code with status 200", source: "github.com/baidubce/bce-qianfan-sdk/issues/866", code: "service", detail: "the length of messages must be an odd number",
		reply: whole(`{"error_code":336006,"error_msg":"the length of messages must be an odd number","id":"as-3gka9qjt2p"}`)},
	{name: "Xunfei, a code amid the stream", source: "github.com/BigPizzaV3/CodexPlusPlus/issues/457", code: "service", text: "Half", detail: "EngineInternalError:Bad Request",
		reply: streamOf(said("Half"), `{"code":10012,"message":"EngineInternalError:Bad Request","sid":"cht000dfd38"}`)},
	{name: "OpenAI, no quota", source: "github.com/apache/rocketmq-dashboard/issues/2178", code: "money", detail: "You exceeded your current quota",
		reply: failed(429, `{"error":{"message":"You exceeded your current quota","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}`)},
	{name: "OpenAI, overloaded", source: "github.com/waylaidwanderer/node-chatgpt-api/issues/34", code: "overloaded", detail: "That model is currently overloaded with other requests.",
		reply: failed(503, `{"error":{"message":"That model is currently overloaded with other requests.","type":"server_error","param":null,"code":null}}`)},
	{name: "Groq, an error of its own", source: "github.com/UKGovernmentBEIS/inspect_ai/pull/5218", code: "overloaded", text: "Half", detail: "overloaded",
		reply: streamOf(said("Half"), `{"choices":[],"x_groq":{"error":"overloaded"}}`)},
	{name: "Cloudflare, a page", source: "github.com/Jazee6/cloudflare-ai-web/issues/49", code: "service", detail: "502", reply: openaitest.Reply{Status: 502, Type: "text/html", Body: "<html><title>502</title></html>"}},
	{name: "a page with status 200", source: "github.com/songquanpeng/one-api/issues/610", code: "garbled", reply: openaitest.Reply{Type: "text/html", Body: "<!doctype html>\n<html>\n<title>Welcome</title>\n</html>\n"}},
	{name: "a stream that breaks off", source: "github.com/earendil-works/pi/issues/5793", code: "dropped", text: "Half", reply: openaitest.Reply{Body: streamOf(said("Half")).Body + `data: {"id":"c","cho`, Cut: true}},
	{name: "a stream without an end", source: "github.com/earendil-works/pi/issues/5793", code: "dropped", text: "Half", reply: streamOf(said("Half"))},
	{name: "half a chunk amid the stream", source: "github.com/amd/gaia/issues/3501", code: "garbled", text: "Half", reply: streamOf(said("Half"), `{"id":"c","choices":[{"ind`, said("more"), ended("stop"), done)},
	{name: "nothing but the end", source: "github.com/mudler/LocalAI/issues/1609", code: "empty",
		reply: streamOf(`{"choices":[{"index":0,"delta":{"role":"assistant","content":""}}],"usage":{"prompt_tokens":0}}`, `{"choices":[{"index":0,"finish_reason":"stop","delta":{"content":""}}]}`, done)},
	{name: "nothing at all", source: "github.com/coder/aibridge/issues/56", code: "empty", reply: openaitest.Reply{}},
	{name: "an object without a word", source: "github.com/odysseus-dev/odysseus/pull/736", code: "unsaid", reply: streamOf(`{"error":{"code":"x"}}`)},
}

// Whatever a service answers, the text is what it wrote, and a failure has words of ours.
func TestServicesDiffer(t *testing.T) {
	t.Parallel()
	for _, c := range append(append([]service{}, oddStreams...), oddFailures...) {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, url, stop := openaitest.Start(openaitest.Options{})
			defer stop()
			s.Reply("", c.reply)
			w := newWriter(WriterOptions{Key: openaitest.Key, BaseURL: url, Model: openaitest.Model, Silence: time.Minute})
			a, err := w.ask(context.Background(), ask, nil)
			var failed *WriteError
			if err != nil && !errors.As(err, &failed) {
				t.Fatalf("got %v, no WriteError", err)
			}
			if failed == nil {
				failed = &WriteError{}
			}
			if failed.Code != c.code || failed.Detail != c.detail {
				t.Errorf("fails with %q %q (%v), want %q %q", failed.Code, failed.Detail, failed.Err, c.code, c.detail)
			}
			if a.text != c.text || a.in != c.in || a.out != c.out {
				t.Errorf("got %q, %d in, %d out; want %q, %d, %d", a.text, a.in, a.out, c.text, c.in, c.out)
			}
			for _, raw := range []string{"{", "json:", "invalid character", "unexpected", "Post \"", "EOF"} {
				if strings.Contains(failed.Detail, raw) {
					t.Errorf("people are shown %q", failed.Detail)
				}
			}
			if c.source == "" {
				t.Error("no source is named")
			}
		})
	}
}

// What a service does not know it is not asked for again: Mistral answers 422 to
// stream_options (github.com/dnakov/anon-kode/issues/53).
func TestWithoutStreamOptions(t *testing.T) {
	t.Parallel()
	const mistral = `{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","stream_options","include_usage"],"msg":"Extra inputs are not permitted","input":true}]},"type":"invalid_request_error","param":null,"code":null}`
	for name, reply := range map[string]openaitest.Reply{
		"422": failed(422, mistral), "422 without words": failed(422, `{"detail":"Unprocessable"}`), "400": failed(400, mistral),
		"500 that names it": failed(500, `{"error":"unknown field stream_options"}`), "200 that names it": streamOf(`{"error":"unknown field stream_options"}`),
	} {
		s, url, stop := openaitest.Start(openaitest.Options{})
		s.Reply("", reply)
		w := newWriter(WriterOptions{Key: openaitest.Key, BaseURL: url, Model: openaitest.Model})
		for range 2 {
			if a, err := w.ask(context.Background(), ask, nil); err != nil || a.text == "" {
				t.Errorf("%s: got %q, %v", name, a.text, err)
			}
		}
		all := s.Received()
		if len(all) != 3 || all[0].StreamOptions == nil || all[1].StreamOptions != nil || all[2].StreamOptions != nil {
			t.Errorf("%s: asked %d times, %+v; want with, without, without", name, len(all), all)
		}
		stop()
	}
	s, url, stop := openaitest.Start(openaitest.Options{})
	defer stop()
	s.Reply("", failed(422, mistral))
	s.Reply("", failed(422, mistral))
	w := newWriter(WriterOptions{Key: openaitest.Key, BaseURL: url, Model: openaitest.Model})
	_, err := w.ask(context.Background(), ask, nil)
	var failed *WriteError
	if !errors.As(err, &failed) || failed.Code != "service" || failed.Detail != "422 Extra inputs are not permitted body.stream_options.include_usage" {
		t.Errorf("422 twice: got %v", err)
	}
	if _, err := w.ask(context.Background(), ask, nil); err != nil || s.Received()[2].StreamOptions == nil {
		t.Errorf("after 422 twice: got %v; the options are to be tried again", err)
	}
}
