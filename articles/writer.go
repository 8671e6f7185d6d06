package articles

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
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
	client  *openai.Client
	noUsage atomic.Bool // the service knows no stream_options
}

func newWriter(o WriterOptions) *writer {
	if o.Silence == 0 {
		o.Silence = time.Minute
	}
	w := &writer{WriterOptions: o}
	config := openai.DefaultConfig(o.Key)
	if o.BaseURL != "" {
		config.BaseURL = strings.TrimRight(o.BaseURL, "/")
	}
	config.HTTPClient = &http.Client{Transport: &transport{base: http.DefaultTransport.(*http.Transport).Clone()}}
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
	request := openai.ChatCompletionRequest{Model: w.Model, Messages: messages, Stream: true}
	if !w.noUsage.Load() {
		request.StreamOptions = &openai.StreamOptions{IncludeUsage: true}
	}
	a, err := w.talk(ctx, silence, request, hear)
	var fault *serviceError
	if errors.As(err, &fault) && fault.isAboutOptions() && request.StreamOptions != nil && a.text == "" {
		request.StreamOptions = nil // not every service knows them
		if a, err = w.talk(ctx, silence, request, hear); err == nil {
			w.noUsage.Store(true)
		}
	}
	return a, err
}

func (w *writer) talk(ctx context.Context, silence *silence, request openai.ChatCompletionRequest, hear func(string)) (a answer, err error) {
	stream, err := w.client.CreateChatCompletionStream(ctx, request)
	if err != nil {
		return a, w.failure(ctx, silence, err, false)
	}
	defer stream.Close()
	var text, refusal strings.Builder
	finish := openai.FinishReason("")
	defer func() { a.text = text.String() }()
	for {
		chunk, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			if err = w.failure(ctx, silence, err, true); finish == "" || !isLine(err) {
				return a, err
			}
			break // a service that does not hang up after its end
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
		if choice.FinishReason != "" {
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
	case finish == openai.FinishReasonLength:
		return a, &WriteError{Code: "cut", Detail: string(finish)}
	case strings.TrimSpace(text.String()) == "":
		return a, &WriteError{Code: "empty"}
	}
	return a, nil
}

// isLine reports whether the line failed, and not the service.
func isLine(err error) bool {
	var failed *WriteError
	return errors.As(err, &failed) && (failed.Code == "silent" || failed.Code == "dropped")
}

// WriteError is why the writer did not come to an end.
type WriteError struct {
	// Code is why: silent, busy, overloaded, money, key, model, length, service, unsaid, unreachable,
	// dropped, refused, cut, empty, garbled, nonsense, endless or stopped.
	Code   string
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

// failure sorts what went wrong; begun says that the answer had begun. No error of Go's or
// of a library's is shown.
func (w *writer) failure(ctx context.Context, silence *silence, err error, begun bool) error {
	var said *WriteError
	var fault *serviceError
	switch {
	case silence.broken.Load():
		return &WriteError{Code: "silent", Detail: w.Silence.String(), Err: err}
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &WriteError{Code: "endless", Err: err}
	case ctx.Err() != nil:
		return &WriteError{Code: "stopped", Err: err}
	case errors.As(err, &said):
		return said
	case errors.As(err, &fault):
		fault.Said = w.clean(fault.Said)
		e := &WriteError{Code: fault.kind(), Detail: fault.Said, Err: fault}
		switch {
		case e.Code == "busy" && fault.Status != http.StatusTooManyRequests:
			e.Code = "overloaded"
		case e.Code == "service" && fault.Status != 0:
			e.Detail = strings.TrimSpace(fmt.Sprintf("%d %s", fault.Status, e.Detail))
		case e.Code == "service" && e.Detail == "":
			e.Code = "unsaid"
		}
		return e
	case begun:
		return &WriteError{Code: "dropped", Err: err}
	}
	return &WriteError{Code: "unreachable", Err: err}
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
