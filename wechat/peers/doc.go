// Package peers holds other people's WeChat clients against the pretended WeChat
// and beside ours. The pretended one is believed when a client that knows only
// the real one works against it; ours is measured in the same run as theirs.
//
// Clients for Node stand in npm/, and are run from here. node-easywechat 3.6.2 loads modules
// that node-socialite has no more since 1.5: an older one is held there.
//
//	(cd wechat/peers/npm && npm ci) # once, for the clients for Node
//	cd wechat/peers && go test ./...
//	cd wechat/peers && go test -run '^$' -bench . -benchtime 200x
package peers
