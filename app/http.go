package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"magpie/bot"
	"magpie/store"
)

// stopWithin is how long requests under way may take at the end: Slack waits 3 s for an
// acknowledgement.
const stopWithin = 4 * time.Second

// serveHTTP serves /healthz (alive), /readyz (Slack is heard, and the database takes what is
// written), /metrics (for Prometheus), the preview pages of articles, /api for other
// programs and, in HTTP mode, what Slack posts.
func (h *house) serveHTTP(ctx context.Context) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		asking, cancel := context.WithTimeout(r.Context(), 2*time.Second)
		defer cancel()
		switch err := h.db.Writable(asking); {
		case errors.Is(err, store.ErrReadOnly):
			http.Error(w, "the database is read-only, or its disk is full", http.StatusServiceUnavailable)
		case err != nil:
			http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
		case !h.bot.Ready():
			http.Error(w, "not connected to Slack", http.StatusServiceUnavailable)
		default:
			fmt.Fprintln(w, "ready")
		}
		if ahead := h.clock.Ahead(); ahead != 0 {
			fmt.Fprintf(w, "this machine's clock is ahead of the database's by %s; the database's is gone by\n", ahead)
		}
	})
	mux.Handle("GET /metrics", h.metrics.Handler())
	mux.Handle("/preview/", h.articles.Handler())
	h.api.routes(mux)
	if h.byHTTP {
		mux.Handle("POST "+bot.Path, h.bot.Handler())
	}
	if h.events != nil {
		mux.Handle(eventsPath, h.events)
		mux.Handle(eventsPath+"/", h.events)
	}
	server := newServer(mux)
	context.AfterFunc(ctx, func() {
		ending, cancel := context.WithTimeout(context.Background(), stopWithin)
		defer cancel()
		if err := server.Shutdown(ending); err != nil {
			server.Close()
		}
	})
	if err := server.Serve(h.listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve %s: %w", h.listener.Addr(), err)
	}
	return nil
}
