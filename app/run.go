package app

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"
)

// run hears, carries out and serves until ctx ends, then finishes what is under way:
// first no new line, then no new call, at most one call's time-out.
func (h *house) run(ctx context.Context) error {
	defer h.close()
	if err := h.adopt(ctx); err != nil {
		return unlessStopped(ctx, err, h.log)
	}
	if err := h.outbox.Start(ctx); err != nil {
		return unlessStopped(ctx, err, h.log)
	}
	h.sealer.Start()
	h.articles.Start()
	h.audiences.Start()
	h.outcomes.Start()
	h.schedules.Start(ctx, h.say)
	group, ctx := errgroup.WithContext(ctx)
	if h.listener != nil {
		h.log.Info("serving", "addr", h.listener.Addr().String()) // it takes connections from here on
		group.Go(func() error { return h.serveHTTP(ctx) })
	}
	group.Go(func() error {
		soon, cancel := context.WithTimeout(ctx, 2*time.Second)
		for _, t := range h.templates {
			t.Await(soon) // where WeChat is away, lines are taken without
		}
		cancel()
		return h.bot.Run(ctx)
	})
	for _, t := range h.templates {
		group.Go(func() error {
			t.Run(ctx)
			return nil
		})
	}
	group.Go(func() error {
		h.scopes.Run(ctx)
		return nil
	})
	group.Go(func() error {
		h.channels.Run(ctx)
		return nil
	})
	group.Go(func() error {
		h.homes.Run(ctx)
		return nil
	})
	group.Go(func() error {
		h.askKinds(ctx)
		return nil
	})
	group.Go(func() error {
		h.forgetter.run(ctx)
		return nil
	})
	group.Go(func() error {
		h.retainer.Run(ctx)
		return nil
	})
	if h.auditChannel != "" {
		group.Go(func() error {
			h.postHeads(ctx, h.auditChannel, h.secret, h.zone)
			return nil
		})
	}
	group.Go(func() error {
		h.clock.Watch(ctx, h.tellClock)
		return nil
	})
	err := group.Wait()
	h.schedules.Stop()
	h.articles.Stop()
	h.audiences.Stop()
	h.outcomes.Stop()
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), callTimeout+time.Second)
	defer cancel()
	if stopErr := h.outbox.Stop(ending); stopErr != nil {
		// What is under way is taken up, or asked about, at the next start.
		h.log.Warn("calls were still under way at the end", "error", stopErr)
	}
	h.sealer.Stop(ending)
	h.log.Info("magpie has stopped")
	return err
}
