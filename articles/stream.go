package articles

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/sashabaranov/go-openai"
)

// plainBody gives what a service streams as OpenAI streams it, for go-openai to read. An
// error that comes in the stream is an error of Read.
type plainBody struct {
	from  io.ReadCloser
	lines *bufio.Scanner
	out   bytes.Buffer
	err   error

	event   string // the name of the event under way
	pending string // its data, or bare JSON, as far as it came
	bare    bool   // it is bare JSON, which may have empty lines in it
	first   bool
	text    bool // text has come
	ended   bool // a reason to finish has come
	some    bool // anything has come that could be read
	stray   bool // anything has come that could not
}

const maxLine = 8 << 20 // bytes; of whole answers, too

func newPlainBody(from io.ReadCloser) *plainBody {
	b := &plainBody{from: from, lines: bufio.NewScanner(from), first: true}
	b.lines.Buffer(make([]byte, 0, 64<<10), maxLine)
	return b
}

func (b *plainBody) Close() error { return b.from.Close() }

func (b *plainBody) Read(p []byte) (int, error) {
	for b.out.Len() == 0 {
		if b.err != nil {
			return 0, b.err
		}
		b.err = b.step()
	}
	return b.out.Read(p)
}

// step takes one line. Events are taken when they are whole, with an empty line after them
// or not; bare JSON without `data:` is one, too: services answer a failure, or the whole
// answer, as plain JSON, and put errors without a field into their streams.
func (b *plainBody) step() error {
	if !b.lines.Scan() {
		return b.end()
	}
	line := b.lines.Text()
	if b.first {
		line, b.first = strings.TrimPrefix(line, "\uFEFF"), false
	}
	trimmed := strings.TrimSpace(line)
	field, value, named := strings.Cut(trimmed, ":")
	switch value = strings.TrimSpace(value); {
	case trimmed == "":
		return b.blank()
	case named && field == "data":
		b.bare = false
		return b.take(value)
	case named && field == "event":
		b.event = value
	case named && field == "error": // llama.cpp's servers of 2025
		b.event = "error"
		return b.take(value)
	case named && (field == "" || field == "id" || field == "retry"):
	case trimmed[0] == '{' || trimmed[0] == '[' || b.pending != "":
		b.bare = true
		return b.take(trimmed)
	default:
		b.stray = true
	}
	return nil
}

// take adds data to the event and reads it once it is whole.
func (b *plainBody) take(data string) error {
	if b.pending != "" {
		data = b.pending + "\n" + data
	}
	if data == "[DONE]" || data == "DONE" {
		b.some, b.pending = true, ""
		if !b.ended {
			b.emit(openai.ChatCompletionStreamResponse{Choices: []openai.ChatCompletionStreamChoice{{FinishReason: openai.FinishReasonStop}}})
		}
		b.out.WriteString("data: [DONE]\n\n")
		return io.EOF
	}
	var v any
	whole := false
	if strings.HasSuffix(data, "}") || strings.HasSuffix(data, "]") {
		v, whole = decodeAny(data)
	}
	if !whole || !isObject(v) {
		b.pending = data
		return nil
	}
	b.pending, b.some = "", true
	if b.event == "error" {
		if e := faultOf(v); e != nil {
			return e
		}
		return describe(v)
	}
	c, whole, err := asOpenAI(v, b.text)
	if err != nil {
		return err
	}
	if len(c.Choices) > 0 {
		if whole && c.Choices[0].FinishReason == "" {
			c.Choices[0].FinishReason = openai.FinishReasonStop
		}
		b.text = b.text || c.Choices[0].Delta.Content != ""
		b.ended = b.ended || c.Choices[0].FinishReason != ""
	}
	if len(c.Choices) > 0 || c.Usage != nil {
		b.emit(c)
	}
	return nil
}

func isObject(v any) bool {
	switch v.(type) {
	case map[string]any, []any:
		return true
	}
	return false
}

// blank ends an event. What it held that is no JSON is an error's words, a ping, or lost.
func (b *plainBody) blank() error {
	pending, event := b.pending, b.event
	switch {
	case pending == "":
		b.event = ""
	case event == "error":
		return readFault(0, []byte(pending))
	case pending[0] == '{' || pending[0] == '[':
		if !b.bare {
			return &WriteError{Code: "garbled"}
		}
	default:
		b.pending, b.event, b.stray = "", "", true
	}
	return nil
}

// end tells a whole stream from one that broke off.
func (b *plainBody) end() error {
	switch err := b.lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return &WriteError{Code: "endless"}
	case err != nil:
		return err
	case b.event == "error" && b.pending != "":
		return readFault(0, []byte(b.pending))
	case b.ended:
		return io.EOF
	case b.pending != "" && b.some || b.text:
		return io.ErrUnexpectedEOF
	case b.pending != "" || b.stray && !b.some:
		return &WriteError{Code: "garbled"}
	case !b.some:
		return &WriteError{Code: "empty"}
	}
	return io.ErrUnexpectedEOF
}

func (b *plainBody) emit(c openai.ChatCompletionStreamResponse) {
	raw, err := json.Marshal(c)
	if err != nil {
		return // no value of it can fail
	}
	b.out.WriteString("data: ")
	b.out.Write(raw)
	b.out.WriteString("\n\n")
}
