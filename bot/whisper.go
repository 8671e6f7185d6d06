package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"magpie/cards"
)

// whisper shows messages to one person: by the response address where the line has
// one, else in the channel for their eyes only, else in their own conversation with
// the bot. A line said in that conversation is answered there.
func (b *Bot) whisper(ctx context.Context, h *heard, messages []Message) {
	if len(messages) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, lateWithin)
	defer cancel()
	for i := 0; i < len(messages); i++ {
		m := messages[i]
		err := b.whisperOne(ctx, h, m, i)
		if m.rows != nil {
			if b.tables.note(err); isInvalid(err) {
				messages, i = m.rows, -1
				continue
			}
		}
		if err != nil {
			b.log.Error("a private answer was lost", "who", h.call.Who.ID, "once", h.call.Once, "err", err)
			return
		}
	}
}

const (
	responseUses = 4 // of 5 that Slack allows
	waitAtMost   = 5 * time.Second
)

func (b *Bot) whisperOne(ctx context.Context, h *heard, m Message, nth int) error {
	who, where := h.call.Who.ID, h.call.Where
	var ways []func() error
	if h.responseURL != "" && nth < responseUses {
		ways = append(ways, func() error { return b.respond(ctx, h, m) })
	}
	if h.way == spoken && strings.HasPrefix(where.Channel, "D") {
		ways = append(ways, func() error { _, err := b.teller.post(ctx, &where, m, true); return err })
	} else if where.Channel != "" {
		ways = append(ways, func() error { return b.postEphemeral(ctx, where, who, m) })
	}
	ways = append(ways, func() error {
		dm, err := b.teller.open(ctx, cards.Place{User: who})
		if err == nil {
			_, err = b.teller.post(ctx, &dm, m, true)
		}
		return err
	})
	var errs []error
	for _, way := range ways {
		err := way()
		var told *TellError
		if errors.As(err, &told) && told.RetryAfter() > 0 && told.RetryAfter() <= waitAtMost && sleep(ctx, told.RetryAfter()) == nil {
			err = way()
		}
		if err == nil || m.rows != nil && isInvalid(err) { // it is refused everywhere
			return err
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (b *Bot) postEphemeral(ctx context.Context, where cards.Place, who string, m Message) error {
	options := m.options()
	if where.Thread != "" {
		options = append(options, slack.MsgOptionTS(where.Thread))
	}
	_, err := b.opt.Client.PostEphemeralContext(ctx, where.Channel, who, options...)
	return tellError("chat.postEphemeral", err)
}

// respond uses the response address of a line. It takes no token, and answers "ok"
// or, with 200 too, a JSON object that says why not.
func (b *Bot) respond(ctx context.Context, h *heard, m Message) error {
	payload := ephemeral(m)
	if h.way == press {
		payload.Thread = h.call.Where.Thread
	}
	body, err := json.Marshal(payload)
	if err != nil {
		return fmt.Errorf("write a response: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, h.responseURL, bytes.NewReader(body))
	if err != nil {
		return errors.New("a response address cannot be read") // it is a secret: not into logs
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	res, err := b.http.Do(req)
	if err != nil {
		return &TellError{Method: "response_url", Err: errors.New("no answer"), retry: retrySoon}
	}
	defer res.Body.Close()
	said, _ := io.ReadAll(io.LimitReader(res.Body, 4096))
	var answer struct {
		OK    *bool  `json:"ok"`
		Error string `json:"error"`
	}
	known := json.Unmarshal(said, &answer) == nil && answer.OK != nil && !*answer.OK
	switch {
	case known && (res.StatusCode/100 == 2 || answer.Error == "invalid_blocks"):
		return tellError("response_url", slack.SlackErrorResponse{Err: answer.Error})
	case res.StatusCode/100 != 2:
		return tellError("response_url", slack.StatusCodeError{Code: res.StatusCode, Status: res.Status})
	}
	return nil
}
