package playground

import "time"

// What the writer does to the bot where a person asks for it on the page.
const (
	// A service that fails answers 500, one that is overloaded 503.
	// https://help.openai.com/en/articles/6891839-api-error-codes
	writerFails = 500
	// A model that refuses streams its words as the delta's `refusal`, not as content.
	// https://platform.openai.com/docs/api-reference/chat-streaming/streaming
	writerRefusal = "I'm sorry, but I can't help with that."
	// writerSlowBy makes half a minute of an article.
	writerSlowBy = 400 * time.Millisecond
)

// writerTroubles are those of the page that are the writer's.
type writerTroubles struct {
	Failing  int  `json:"writer_error"`
	Refusing int  `json:"writer_refuses"`
	Slow     bool `json:"writer_slow"`
}

// orderWriter does what the page asks of the writer, and reports whether it was the
// writer's to do. The switches are locked.
func (w *World) orderWriter(o order) bool {
	switch o.Kind {
	case "writer_error":
		w.writer.Fail("", writerFails, 0)
	case "writer_refuses":
		w.writer.Refuse("draft", writerRefusal)
	case "writer_slow":
		w.switches.set.WriterSlow = o.On
		w.writer.Slow(map[bool]time.Duration{true: writerSlowBy}[o.On])
	default:
		return false
	}
	return true
}

func (w *World) writerTroubles() writerTroubles {
	failing, refusing := w.writer.Ordered()
	return writerTroubles{Failing: failing, Refusing: refusing, Slow: w.switches.now().WriterSlow}
}
