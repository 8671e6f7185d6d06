// Package peers holds other people's WeChat clients against the pretended WeChat
// and beside ours. The pretended one is believed when a client that knows only
// the real one works against it; ours is measured in the same run as theirs.
//
//	cd wechat/peers && go test ./...
//	cd wechat/peers && go test -run '^$' -bench . -benchtime 200x
package peers
