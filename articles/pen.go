package articles

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/sashabaranov/go-openai"

	"magpie/cards"
	"magpie/store"
)

// pen writes for one run: it talks to the writer, shows what comes in one message of
// the article's thread, about once a second, keeps it, and hears when to stop.
type pen struct {
	desk *Desk
	run  *run
	ctx  context.Context
	stop context.CancelFunc

	mu      sync.Mutex
	seen    run    // the run as the showing knows it
	part    string // of the text that is being written
	changed bool
	stopped bool // by a person
	ended   chan struct{}
	gone    sync.WaitGroup
}

// shownWithin is how long writing waits for room to be shown in a busy channel.
const shownWithin = 10 * time.Second

// takePen posts the message of a run, or goes on with the one it has.
func (d *Desk) takePen(ctx context.Context, r *run) *pen {
	p := &pen{desk: d, run: r, ended: make(chan struct{}), part: r.Part, changed: true}
	p.ctx, p.stop = context.WithCancel(ctx)
	if r.at.TS == "" {
		waits, cancel := context.WithTimeout(ctx, shownWithin)
		defer cancel()
		var card cards.Place
		err := d.inTurn(waits, func() (err error) { card, err = d.tell(ctx, r.Article); return err })
		if err == nil && card.TS != "" {
			at := cards.Place{Channel: card.Channel, Thread: card.TS}
			if card.Thread != "" {
				at.Thread = card.Thread
			}
			if err = d.inTurn(waits, func() (err error) { r.at, err = d.Teller.Post(ctx, at, d.runCard(r)); return err }); err != nil {
				r.at = cards.Place{}
				d.Log.Warn("what is being written cannot be shown", "article", r.Article, "error", err)
			}
		}
	}
	p.seen = *r
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
		r, changed := p.seen, p.changed && time.Since(shown) >= beat
		r.Part = p.part
		if changed {
			p.changed = false
		}
		p.mu.Unlock()
		if !changed || p.ctx.Err() != nil {
			continue
		}
		shown = time.Now()
		if err := p.desk.DB.Update(p.ctx, func(tx *store.Tx) error {
			_, err := tx.Exec(p.ctx, "update article_run set part = $2, stage = $3 where id = $1", r.ID, r.Part, r.Stage)
			return err
		}); err != nil {
			p.desk.Log.Warn("what is being written is not kept yet", "article", r.Article, "error", err)
		}
		if r.at.TS != "" {
			err := p.desk.Teller.Update(p.ctx, r.at, p.desk.runCard(&r))
			if wait, paced := pacedFor(err); paced {
				p.mu.Lock()
				p.changed = true // the next beat shows what there is by then
				p.mu.Unlock()
				p.desk.Log.Debug("what is being written waits for its turn to be shown", "article", r.Article, "wait", wait)
			} else if err != nil && p.ctx.Err() == nil {
				p.desk.Log.Warn("what is being written cannot be shown", "article", r.Article, "error", err)
			}
		}
	}
}

// ask has the writer answer. What it writes for the article is shown as it comes.
func (p *pen) ask(messages []openai.ChatCompletionMessage, shown bool) (string, error) {
	p.mu.Lock()
	p.seen, p.part, p.changed = *p.run, "", true
	p.mu.Unlock()
	var hear func(string)
	if shown {
		hear = func(so string) {
			p.mu.Lock()
			p.part, p.changed = storable(so), true
			p.mu.Unlock()
		}
	}
	a, err := p.desk.writer.ask(p.ctx, messages, hear)
	a.text = storable(a.text)
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
	r := *p.run
	p.seen, p.changed = r, true
	p.mu.Unlock()
	return p.desk.DB.Update(p.ctx, func(tx *store.Tx) error { return p.desk.save(p.ctx, tx, &r) })
}

// end writes the run's last state together with what came of it, and shows it.
func (p *pen) end(also func(context.Context, *store.Tx) error) error {
	p.drop()
	ctx, r := context.WithoutCancel(p.ctx), p.run
	if err := p.desk.DB.Update(ctx, func(tx *store.Tx) error {
		if err := lock(ctx, tx, r.Article); err != nil {
			return err
		}
		if err := p.desk.save(ctx, tx, r); err != nil {
			return err
		}
		if err := also(ctx, tx); err != nil {
			return err
		}
		return p.desk.enqueueTell(ctx, tx, r.Article)
	}); err != nil {
		return err
	}
	if r.at.TS != "" {
		if err := p.desk.inTurn(ctx, func() error { return p.desk.Teller.Update(ctx, r.at, p.desk.runCard(r)) }); err != nil {
			p.desk.Log.Warn("the end of a run cannot be shown", "article", r.Article, "error", err)
		}
	}
	return nil
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
