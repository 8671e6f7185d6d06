package articles

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/sashabaranov/go-openai"

	"magpie/store"
)

// pen writes for one run: it talks to the writer, keeps what comes and has it drawn, about
// once a second, in one post of the article's thread, and hears when to stop.
type pen struct {
	desk *Desk
	run  *run
	ctx  context.Context
	stop context.CancelFunc

	mu      sync.Mutex
	part    string // of the text that is being written
	changed bool
	stopped bool // by a person
	ended   chan struct{}
	gone    sync.WaitGroup
}

// takePen begins to show what is being written.
func (d *Desk) takePen(ctx context.Context, r *run) *pen {
	p := &pen{desk: d, run: r, ended: make(chan struct{}), part: r.Part, changed: true}
	p.ctx, p.stop = context.WithCancel(ctx)
	p.gone.Go(p.show)
	return p
}

// show keeps the message and the record up with what is being written, until drop.
func (p *pen) show() {
	ticker := time.NewTicker(beat / 2)
	defer ticker.Stop()
	shown := time.Now()
	for {
		select {
		case <-p.ended:
			return
		case <-ticker.C:
		}
		if p.desk.runStops(context.WithoutCancel(p.ctx), p.run.ID) {
			p.mu.Lock()
			p.stopped = true
			p.mu.Unlock()
			p.stop()
		}
		p.mu.Lock()
		part, changed := p.part, p.changed && time.Since(shown) >= beat
		if changed {
			p.changed = false
		}
		p.mu.Unlock()
		if !changed || p.ctx.Err() != nil {
			continue
		}
		shown, part = time.Now(), storable(withoutThought(part))
		if err := p.desk.DB.Update(p.ctx, func(tx *store.Tx) error {
			if _, err := tx.Exec(p.ctx, "update article_run set part = $2 where id = $1", p.run.ID, part); err != nil {
				return err
			}
			return p.desk.Posts.Redraw(p.ctx, tx, ofArticles, p.run.ID)
		}); err != nil {
			p.desk.Log.Warn("what is being written is not kept yet", "article", p.run.Article, "error", err)
		}
	}
}

// ask has the writer answer. What it writes for the article is shown as it comes.
func (p *pen) ask(messages []openai.ChatCompletionMessage, shown bool) (string, error) {
	p.mu.Lock()
	p.part, p.changed = "", true
	p.mu.Unlock()
	var hear func(string)
	if shown {
		hear = func(so string) {
			p.mu.Lock()
			p.part, p.changed = so, true
			p.mu.Unlock()
		}
	}
	a, err := p.desk.writer.ask(p.ctx, messages, hear)
	a.text = storable(withoutThought(a.text))
	p.mu.Lock()
	defer p.mu.Unlock()
	p.run.In, p.run.Out = p.run.In+a.in, p.run.Out+a.out
	if shown {
		p.run.Part, p.run.Prompt = a.text, told(messages)
	}
	var failed *WriteError
	if p.stopped && errors.As(err, &failed) {
		failed.Code = "stopped"
	}
	return a.text, err
}

// keep writes what the run has come to.
func (p *pen) keep() error {
	p.mu.Lock()
	p.changed = true
	p.mu.Unlock()
	return p.desk.DB.Update(p.ctx, func(tx *store.Tx) error { return p.desk.save(p.ctx, tx, p.run) })
}

// end writes the run's last state together with what came of it, and has it shown.
func (p *pen) end(also func(context.Context, *store.Tx) error) error {
	p.drop()
	ctx, r := context.WithoutCancel(p.ctx), p.run
	return p.desk.DB.Update(ctx, func(tx *store.Tx) error {
		if err := lock(ctx, tx, r.Article); err != nil {
			return err
		}
		if err := p.desk.save(ctx, tx, r); err != nil {
			return err
		}
		if err := also(ctx, tx); err != nil {
			return err
		}
		if err := p.desk.Posts.Redraw(ctx, tx, ofArticles, r.ID); err != nil {
			return err
		}
		return p.desk.redraw(ctx, tx, r.Article)
	})
}

// drop ends the showing. It may be called twice.
func (p *pen) drop() {
	p.mu.Lock()
	select {
	case <-p.ended:
	default:
		close(p.ended)
	}
	p.mu.Unlock()
	p.gone.Wait()
	p.stop()
}
