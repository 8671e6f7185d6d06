package articles

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/sashabaranov/go-openai"

	"magpie/cards"
)

// WriterOptions say which OpenAI-compatible service writes. Without a Model there is
// no writer.
type WriterOptions struct {
	Key     string
	BaseURL string // ends in /v1
	Model   string
	// Silence is the longest that nothing may come, before a stream or inside it.
	Silence time.Duration
	Price   Price
}

// Price is what a million tokens cost, in and out; without a Currency it is not known.
type Price struct {
	In, Out  float64
	Currency string
}

// ParsePrice reads `IN/OUT CURRENCY`, such as `0.15/0.60 USD`.
func ParsePrice(s string) (Price, error) {
	var p Price
	amounts, currency, ok := strings.Cut(strings.TrimSpace(s), " ")
	in, out, both := strings.Cut(amounts, "/")
	if s == "" {
		return p, nil
	}
	if ok && both {
		var err1, err2 error
		p.In, err1 = strconv.ParseFloat(in, 64)
		p.Out, err2 = strconv.ParseFloat(out, 64)
		p.Currency = strings.TrimSpace(currency)
		if err1 == nil && err2 == nil && p.In >= 0 && p.Out >= 0 && p.Currency != "" {
			return p, nil
		}
	}
	return Price{}, fmt.Errorf("is %q: expected what a million tokens cost, in and out, such as 0.15/0.60 USD", s)
}

// Of is what tokens cost in words, or "".
func (p Price) Of(in, out int) string {
	if p.Currency == "" {
		return ""
	}
	return fmt.Sprintf("%.4f %s", (float64(in)*p.In+float64(out)*p.Out)/1e6, p.Currency)
}

const (
	maxAnswer   = 400_000          // bytes; a writer that has lost itself is cut
	longestTalk = 20 * time.Minute // of one answer, however lively
)

// writer speaks with the service. go-openai has neither time-outs nor retries of its
// own: the time-outs are here, trying again is a person's.
type writer struct {
	WriterOptions
	client *openai.Client
	heard  *transport
}

func newWriter(o WriterOptions) *writer {
	if o.Silence == 0 {
		o.Silence = time.Minute
	}
	w := &writer{WriterOptions: o, heard: &transport{base: http.DefaultTransport.(*http.Transport).Clone()}}
	config := openai.DefaultConfig(o.Key)
	if o.BaseURL != "" {
		config.BaseURL = strings.TrimRight(o.BaseURL, "/")
	}
	config.HTTPClient = &http.Client{
		Transport:     w.heard,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	config.EmptyMessagesLimit = 1 << 30 // keep-alive comments count as empty messages
	w.client = openai.NewClientWithConfig(config)
	return w
}

// answer is what the service said, as far as it came.
type answer struct {
	text    string
	in, out int // tokens; 0 where the service does not tell
}

// ask has the service answer and hands on what it says as it comes. A failure is a
// *WriteError, and the answer holds what had come by then.
func (w *writer) ask(ctx context.Context, messages []openai.ChatCompletionMessage, hear func(so string)) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, longestTalk)
	defer cancel()
	silence := newSilence(w.Silence, cancel)
	defer silence.stop()
	ctx = context.WithValue(ctx, silenceKey{}, silence)
	request := openai.ChatCompletionRequest{
		Model: w.Model, Messages: messages, Stream: true, StreamOptions: &openai.StreamOptions{IncludeUsage: true},
	}
	stream, err := w.client.CreateChatCompletionStream(ctx, request)
	if status, said := statusOf(err); status == http.StatusBadRequest && strings.Contains(said, "stream_options") {
		request.StreamOptions = nil // not every service knows it
		stream, err = w.client.CreateChatCompletionStream(ctx, request)
	}
	if err != nil {
		return answer{}, w.failure(ctx, silence, err)
	}
	defer stream.Close()
	return w.read(ctx, stream, silence, hear)
}

func (w *writer) read(ctx context.Context, stream *openai.ChatCompletionStream, silence *silence, hear func(string)) (a answer, err error) {
	var text, refusal strings.Builder
	finish := openai.FinishReason("")
	defer func() { a.text = text.String() }()
	for {
		chunk, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			break // also when the line was cut: the finish_reason tells
		}
		if err != nil {
			return a, w.failure(ctx, silence, err)
		}
		if chunk.Usage != nil {
			a.in, a.out = chunk.Usage.PromptTokens, chunk.Usage.CompletionTokens
		}
		if len(chunk.Choices) == 0 {
			continue
		}
		choice := chunk.Choices[0]
		text.WriteString(choice.Delta.Content)
		refusal.WriteString(choice.Delta.Refusal)
		if choice.FinishReason != "" && choice.FinishReason != "null" {
			finish = choice.FinishReason
		}
		if text.Len() > maxAnswer {
			return a, &WriteError{Code: "endless"}
		}
		if choice.Delta.Content != "" && hear != nil {
			hear(text.String())
		}
	}
	switch {
	case refusal.Len() > 0 || finish == openai.FinishReasonContentFilter:
		return a, &WriteError{Code: "refused", Detail: w.clean(refusal.String())}
	case finish == "":
		return a, &WriteError{Code: "dropped"}
	case finish != openai.FinishReasonStop:
		return a, &WriteError{Code: "cut", Detail: string(finish)}
	}
	return a, nil
}

// WriteError is why the writer did not come to an end.
type WriteError struct {
	Code   string // silent, busy, key, model, service, unreachable, dropped, refused, cut, nonsense, endless, none, stopped
	Detail string // what the service said, without secrets
	Err    error
}

func (e *WriteError) Error() string {
	return strings.TrimSpace(fmt.Sprintf("the writer failed: %s %s", e.Code, e.Detail))
}

func (e *WriteError) Unwrap() error { return e.Err }

// Explain says it to people.
func (e *WriteError) Explain() cards.Text {
	return cards.T("article.writer_"+e.Code, "detail", cards.Plain(shorten(e.Detail, 300)))
}

// failure sorts what went wrong on the line.
func (w *writer) failure(ctx context.Context, silence *silence, err error) error {
	e := &WriteError{Code: "unreachable", Err: err}
	status, said := statusOf(err)
	e.Detail = w.clean(said)
	var network net.Error
	switch {
	case silence.broken.Load():
		e.Code, e.Detail = "silent", w.Silence.String()
	case ctx.Err() != nil:
		e.Code = "stopped"
	case status == http.StatusTooManyRequests:
		e.Code = "busy"
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		e.Code = "key"
	case status == http.StatusNotFound:
		e.Code = "model"
	case status != 0:
		e.Code, e.Detail = "service", strings.TrimSpace(strconv.Itoa(status)+" "+e.Detail)
	case errors.As(err, &network) || errors.Is(err, io.ErrUnexpectedEOF):
		if errors.Is(err, io.ErrUnexpectedEOF) {
			e.Code = "dropped"
		}
	default: // an error inside the stream, or something that is no JSON
		e.Code, e.Detail = "service", w.clean(err.Error())
	}
	return e
}

// statusOf reads the service's status and words off an error of go-openai's.
func statusOf(err error) (status int, said string) {
	var api *openai.APIError
	var request *openai.RequestError
	switch {
	case errors.As(err, &api):
		return api.HTTPStatusCode, api.Message
	case errors.As(err, &request):
		body := string(request.Body)
		if strings.Contains(body, "<") {
			body = "" // a page of some proxy's
		}
		return request.HTTPStatusCode, body
	}
	return 0, ""
}

// clean takes the key out of what is shown.
func (w *writer) clean(s string) string {
	if w.Key != "" {
		s = strings.ReplaceAll(s, w.Key, "…")
	}
	return shorten(strings.Join(strings.Fields(s), " "), 300)
}

// shorten cuts s to n characters.
func shorten(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}
