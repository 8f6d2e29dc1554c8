BEGIN {
    for (i = 0; i < 64; i++) {
        printf "NAME(%d, \"name-%02d\")\n", i, (i * 37) % 64
    }
}
