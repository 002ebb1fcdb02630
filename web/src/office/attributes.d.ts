// Attributes that templates hand on to elements, which the types of Vue and Element Plus don't list.
import 'vue';

declare module 'vue' {
  interface HTMLAttributes {
    [data: `data-${string}`]: string | number | undefined;
  }
  interface AllowedComponentProps {
    'aria-label'?: string;
    'aria-pressed'?: boolean;
    lang?: string;
  }
}
