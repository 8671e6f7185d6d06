package bot

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/slack-go/slack"

	"magpie/cards"
)

// maxStream is how large a file of Slack's may be that is read piece by piece.
const maxStream = 512 << 20

// Open begins to read a file by its id, up to 512 MB: body brings it as it comes, and
// nothing is kept of it here.
func (f *Files) Open(ctx context.Context, id string) (name string, size int64, body io.ReadCloser, err error) {
	info, _, _, err := f.client.GetFileInfoContext(ctx, id, 0, 0)
	if err != nil {
		return "", 0, nil, tellError("files.info", err)
	}
	size = int64(info.Size)
	if size > maxStream {
		return info.Name, size, nil, cards.Refuse("bot.file_too_large", "file", cards.Code(info.Name), "limit", int64(maxStream>>20))
	}
	address := first(info.URLPrivateDownload, info.URLPrivate)
	if !f.isSlacks(address) {
		return info.Name, size, nil, cards.Refuse("bot.file_elsewhere", "file", cards.Code(info.Name))
	}
	ctx, cancel := context.WithCancel(ctx)
	out, in := io.Pipe()
	body = &stream{PipeReader: out, cancel: cancel, watch: time.AfterFunc(f.silence, cancel), silence: f.silence, left: size}
	go func() {
		err := f.patient.GetFileContext(ctx, address, in)
		if status, ok := errors.AsType[slack.StatusCodeError](err); ok && status.Code/100 == 3 {
			// Slack sends whoever may not read a file to a page to sign in.
			in.CloseWithError(cards.Refuse("bot.file_sign_in", "file", cards.Code(info.Name)))
			return
		}
		in.CloseWithError(tellError("files", err))
	}()
	return info.Name, size, body, nil
}

// stream is a file on its way. Whoever reads it may take as long as they like; the
// file may not.
type stream struct {
	*io.PipeReader
	cancel  context.CancelFunc
	watch   *time.Timer
	silence time.Duration
	left    int64 // to come, by what Slack announced
}

func (s *stream) Read(p []byte) (int, error) {
	s.watch.Reset(s.silence)
	n, err := s.PipeReader.Read(p)
	s.watch.Stop()
	s.left -= int64(n)
	if err == io.EOF && s.left > 0 {
		err = io.ErrUnexpectedEOF // cut short, however politely
	}
	return n, err
}

func (s *stream) Close() error {
	s.watch.Stop()
	s.cancel()
	return s.PipeReader.Close()
}
