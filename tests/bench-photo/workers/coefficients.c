/* Worker: libjpeg-turbo reads all coefficients, changes those under a bar, writes all. A line in, nanoseconds out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <jpeglib.h>

static void mark(const unsigned char *photo, size_t length) {
    struct jpeg_decompress_struct in;
    struct jpeg_compress_struct out;
    struct jpeg_error_mgr errors;
    unsigned char *bytes = NULL;
    unsigned long written = 0;

    in.err = out.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&in);
    jpeg_create_compress(&out);
    jpeg_mem_src(&in, (unsigned char *)photo, length);
    jpeg_read_header(&in, TRUE);
    jvirt_barray_ptr *planes = jpeg_read_coefficients(&in);
    for (int c = 0; c < in.num_components; c++) {
        jpeg_component_info *info = &in.comp_info[c];
        JDIMENSION from = info->height_in_blocks - info->height_in_blocks / 20;
        for (JDIMENSION y = from; y < info->height_in_blocks - 1; y++) {
            JBLOCKARRAY rows = (*in.mem->access_virt_barray)((j_common_ptr)&in, planes[c], y, 1, TRUE);
            for (JDIMENSION x = info->width_in_blocks / 50; x < info->width_in_blocks / 2; x++)
                memset(rows[0][x], 0, sizeof(JBLOCK));
        }
    }
    jpeg_copy_critical_parameters(&in, &out);
    jpeg_mem_dest(&out, &bytes, &written);
    jpeg_write_coefficients(&out, planes);
    jpeg_finish_compress(&out);
    jpeg_finish_decompress(&in);
    jpeg_destroy_compress(&out);
    jpeg_destroy_decompress(&in);
    free(bytes);
}

int main(int count, char **arguments) {
    FILE *file = count > 1 ? fopen(arguments[1], "rb") : NULL;
    if (!file) return 1;
    fseek(file, 0, SEEK_END);
    size_t length = (size_t)ftell(file);
    rewind(file);
    unsigned char *photo = malloc(length);
    if (!photo || fread(photo, 1, length, file) != length) return 1;
    for (int c; (c = getchar()) != EOF;) {
        if (c != '\n') continue;
        struct timespec from, to;
        clock_gettime(CLOCK_MONOTONIC, &from);
        mark(photo, length);
        clock_gettime(CLOCK_MONOTONIC, &to);
        printf("%lld\n", (to.tv_sec - from.tv_sec) * 1000000000LL + to.tv_nsec - from.tv_nsec);
        fflush(stdout);
    }
    return 0;
}
