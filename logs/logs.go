// Package logs is how magpie's log is written: in which format, from which level on, and
// what is away as one line, not as one of each attempt.
package logs

import (
	"io"
	"log/slog"
)

// Options are LOG_LEVEL (debug, info, warn, error) and LOG_FORMAT (text, json). What is
// anything else, which config tells, is info and text.
type Options struct{ Level, Format string }

// Handler writes lines to w.
func (o Options) Handler(w io.Writer) slog.Handler {
	var level slog.Level
	if o.Level != "" && level.UnmarshalText([]byte(o.Level)) != nil {
		level = slog.LevelInfo
	}
	opts := &slog.HandlerOptions{Level: level}
	if o.Format == "json" {
		return slog.NewJSONHandler(w, opts)
	}
	return slog.NewTextHandler(w, opts)
}
