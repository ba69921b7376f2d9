package main

import (
	"context"
	"io"
	"sync"
)

// readerFunc is a function that reads.
type readerFunc func([]byte) (int, error)

// Read is for package io.
func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// until reads what r does, until ctx ends: a read that waits for somebody who writes nothing would outlast every signal. The error is that of ctx then.
// Nothing is read before the first call.
func until(ctx context.Context, r io.Reader) io.Reader {
	begun := sync.OnceValue(func() io.Reader {
		out, in := io.Pipe()
		go func() {
			_, err := io.Copy(in, r)
			_ = in.CloseWithError(err) // never fails; nil is the end
		}()
		context.AfterFunc(ctx, func() { _ = in.CloseWithError(ctx.Err()) })
		return out
	})
	return readerFunc(func(p []byte) (int, error) { return begun().Read(p) })
}
